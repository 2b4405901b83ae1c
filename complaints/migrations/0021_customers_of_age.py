from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # rows come in while the index is built

    dependencies = [
        ('complaints', '0020_complaints_of_age'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='customer',
            index=models.Index(condition=models.Q(('crm_id__startswith', 'erased:'), _negated=True), fields=['brand', 'described_at'], name='customer_of_age'),
        ),
    ]
