"""What is appended to, never changed; lookups may be deleted when old: the database sees to it."""

from django.db import migrations

KEPT = "400 days"  # of lookups, as heatmaps_project.desk.transitions.KEPT
# TRUNCATE is not refused: only the owner of the tables may do it, and tests need it.
FUNCTIONS = """
CREATE FUNCTION heatmaps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION heatmaps_append_only_until_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - TG_ARGV[0]::interval THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
FUNCTIONS_NOT = """
DROP FUNCTION heatmaps_append_only_until_old();
DROP FUNCTION heatmaps_append_only();
"""
UNTIL_OLD = f"heatmaps_append_only_until_old('{KEPT}')"
# (name of the trigger, table, function)
TRIGGERS = (
    ("look", "look", "heatmaps_append_only()"),
    ("audit_report", "auditreport", "heatmaps_append_only()"),
    ("heatmaps_project_lookup", "lookup", UNTIL_OLD),
    ("heatmaps_project_lookupoutcome", "lookupoutcome", UNTIL_OLD),
)
DO = FUNCTIONS + "".join(
    f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON heatmaps_project_{table}"
    f" FOR EACH ROW EXECUTE FUNCTION {function};"
    for name, table, function in TRIGGERS
)
UNDO = (
    "".join(
        f"DROP TRIGGER {name}_append_only ON heatmaps_project_{table};"
        for name, table, _ in TRIGGERS
    )
    + FUNCTIONS_NOT
)


class Migration(migrations.Migration):
    # Installations from before the first release have these instead.
    replaces = [
        ("heatmaps_project", "0009_names_of_webhooks"),
        ("heatmaps_project", "0010_hubs_tell"),
        ("heatmaps_project", "0011_lookups_are_forgotten"),
        ("heatmaps_project", "0012_clients_and_their_calls"),
        ("heatmaps_project", "0013_words_of_brands"),
        ("heatmaps_project", "0014_stages_call_webhooks"),
    ]

    dependencies = [("heatmaps_project", "0002_references")]

    operations = [migrations.RunSQL(DO, UNDO)]
