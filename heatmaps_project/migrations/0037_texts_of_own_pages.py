"""The texts of a day with codes for own pages are counted by an index of their own."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('heatmaps_project', '0036_looks_end'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='code',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['made_at'], name='code_text_made'),
        ),
    ]
