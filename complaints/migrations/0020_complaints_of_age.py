from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # complaints come in while the index is built

    dependencies = [
        ('complaints', '0019_what_is_kept_is_held'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='complaint',
            index=models.Index(condition=models.Q(('kept__lt', 2)), fields=['brand', 'kept', 'received_at', 'id'], name='complaint_of_age'),
        ),
    ]
