"""Looks at personal data may be deleted when they are as old as lookups: migration 0003."""

from django.db import migrations

KEPT = "400 days"  # as heatmaps_project.desk.transitions.KEPT
TRIGGER = """
DROP TRIGGER look_append_only ON heatmaps_project_look;
CREATE TRIGGER look_append_only BEFORE UPDATE OR DELETE ON heatmaps_project_look
    FOR EACH ROW EXECUTE FUNCTION {function};
"""


class Migration(migrations.Migration):

    dependencies = [
        ('heatmaps_project', '0035_requests_of_age'),
    ]

    operations = [
        migrations.RunSQL(
            TRIGGER.format(function=f"heatmaps_append_only_until_old('{KEPT}')"),
            TRIGGER.format(function="heatmaps_append_only()"),
        ),
    ]
