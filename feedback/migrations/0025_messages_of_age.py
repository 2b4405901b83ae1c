from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # rows come in while the index is built

    dependencies = [
        ('feedback', '0024_frozen_baselines'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(condition=models.Q(('text__isnull', False), ('own_values__isnull', False), _connector='OR'), fields=['brand', 'planned_at'], name='message_of_age'),
        ),
    ]
