"""What is appended to, and never changed: the database itself refuses."""

from django.db import migrations

# TRUNCATE is not refused: only the owner of the tables may do it, and tests need it.
# An erasure of personal data that has to rewrite a note says so first, in its transaction:
# SET LOCAL heatmaps.erasure = 'on'.
FUNCTION = """
CREATE FUNCTION spots_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('heatmaps.erasure', true) = 'on' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
UNDO = "DROP FUNCTION spots_append_only();"
TRIGGER = """
CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON spots_{table}
    FOR EACH ROW EXECUTE FUNCTION spots_append_only();
"""
DROP = "DROP TRIGGER {name}_append_only ON spots_{table};"
TABLES = {
    "event": "event",
    "ledger": "ledgerentry",
    "attachment": "attachment",
    "routing": "routing",
    "late_fix": "latefix",
}


class Migration(migrations.Migration):
    dependencies = [("spots", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, UNDO),
        *(
            migrations.RunSQL(
                TRIGGER.format(name=name, table=table), DROP.format(name=name, table=table)
            )
            for name, table in TABLES.items()
        ),
    ]
