"""The record of looks at personal data is appended to, never changed: the database refuses."""

from django.db import migrations

# TRUNCATE is not refused: only the owner of the table may do it, and tests need it.
FUNCTION = """
CREATE FUNCTION heatmaps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER look_append_only BEFORE UPDATE OR DELETE ON heatmaps_project_look
    FOR EACH ROW EXECUTE FUNCTION heatmaps_append_only();
"""
UNDO = """
DROP TRIGGER look_append_only ON heatmaps_project_look;
DROP FUNCTION heatmaps_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [("heatmaps_project", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
