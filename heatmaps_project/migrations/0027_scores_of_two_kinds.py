"""What is said of us as a whole is summed apart: days that were summed together are summed anew."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0022_settings_of_surveys"),
        ("heatmaps_project", "0026_codes_of_units"),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO heatmaps_project_staleday (fact, day)"
            " SELECT fact, day FROM heatmaps_project_rolledday WHERE fact = 'scored'",
            migrations.RunSQL.noop,
        )
    ]
