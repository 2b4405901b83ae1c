from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # complaints come in while the index is built

    dependencies = [
        ('complaints', '0015_online_geocoders'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='complaint',
            index=models.Index(condition=models.Q(('match_score__isnull', False), ('placing', 'placed'), ('precision', 'locality')), fields=['received_at', 'id'], name='complaint_placed_coarsely'),
        ),
    ]
