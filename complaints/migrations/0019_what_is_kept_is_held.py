from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0018_what_is_kept'),
    ]

    operations = [
        ValidateConstraint(model_name='complaint', name='complaint_of_no_house'),
        ValidateConstraint(model_name='complaint', name='complaint_without_words'),
    ]
