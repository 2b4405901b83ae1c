from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # rows come in while the index is built

    dependencies = [
        ('feedback', '0026_texts_of_age'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='followupstep',
            index=models.Index(condition=models.Q(('note__isnull', False)), fields=['at'], name='step_of_age'),
        ),
    ]
