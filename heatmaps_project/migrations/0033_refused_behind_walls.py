from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('heatmaps_project', '0032_scores_of_the_market'),
    ]

    operations = [
        migrations.AddField(
            model_name='refusal',
            name='behind_walls',
            field=models.PositiveIntegerField(db_default=0),
        ),
    ]
