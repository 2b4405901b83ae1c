"""Steps are summed with hand-overs and minutes now: what was summed without them is summed anew."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("heatmaps_project", "0022_looks_of_machines")]

    operations = [
        migrations.RunSQL(
            [
                "DELETE FROM heatmaps_project_hourlyfact WHERE fact = 'step'",
                "DELETE FROM heatmaps_project_rolledday WHERE fact = 'step'",
            ],
            migrations.RunSQL.noop,
        )
    ]
