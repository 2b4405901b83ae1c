from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # complaints come in while the index is built

    dependencies = [
        ('complaints', '0016_coarse_places'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='complaint',
            index=models.Index(condition=models.Q(('match_score__isnull', False), ('placing', 'placed'), ('precision', 'locality')), fields=['address_index'], name='complaint_coarse_same_address'),
        ),
    ]
