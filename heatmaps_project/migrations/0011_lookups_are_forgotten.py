"""Lookups and what came of them stay append-only, but may be deleted when they are old enough."""

from django.db import migrations

KEPT = "400 days"  # as heatmaps_project.desk.transitions.KEPT
TABLES = ("heatmaps_project_lookup", "heatmaps_project_lookupoutcome")
FUNCTION = """
CREATE FUNCTION heatmaps_append_only_until_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - TG_ARGV[0]::interval THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def _triggers(function: str) -> str:
    return "".join(
        f"DROP TRIGGER {table}_append_only ON {table};"
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {function};"
        for table in TABLES
    )


class Migration(migrations.Migration):

    dependencies = [("heatmaps_project", "0010_hubs_tell")]

    operations = [
        migrations.RunSQL(
            FUNCTION + _triggers(f"heatmaps_append_only_until_old('{KEPT}')"),
            _triggers("heatmaps_append_only()")
            + "DROP FUNCTION heatmaps_append_only_until_old();",
        )
    ]
