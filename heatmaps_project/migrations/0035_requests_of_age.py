from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # rows come in while the index is built

    dependencies = [
        ('heatmaps_project', '0034_ages_of_personal_data'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='servicerequest',
            index=models.Index(condition=models.Q(('words__isnull', False), ('answer__isnull', False), _connector='OR'), fields=['brand', 'at'], name='request_of_age'),
        ),
    ]
