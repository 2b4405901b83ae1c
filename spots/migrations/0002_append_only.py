"""Events and the SLA ledger are appended to, never changed: the database itself refuses."""

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
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON spots_event
    FOR EACH ROW EXECUTE FUNCTION spots_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON spots_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION spots_append_only();
"""
UNDO = """
DROP TRIGGER event_append_only ON spots_event;
DROP TRIGGER ledger_append_only ON spots_ledgerentry;
DROP FUNCTION spots_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("spots", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
