from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # rows come in while the index is built

    dependencies = [
        ('spots', '0021_complexity'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='measurement',
            index=models.Index(condition=models.Q(('kind', 'survey')), fields=['brand', 'at'], include=('known_at',), name='measurement_answered'),
        ),
    ]
