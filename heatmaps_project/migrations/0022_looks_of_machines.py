"""What a machine looked up is found by an index; the note of a danger can be erased, no more."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

DO = """
CREATE FUNCTION heatmaps_append_only_but_for_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.note IS NULL AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER emergencystep_append_only
    BEFORE UPDATE OR DELETE ON heatmaps_project_emergencystep
    FOR EACH ROW EXECUTE FUNCTION heatmaps_append_only_but_for_words();
"""
UNDO = """
CREATE OR REPLACE TRIGGER emergencystep_append_only
    BEFORE UPDATE OR DELETE ON heatmaps_project_emergencystep
    FOR EACH ROW EXECUTE FUNCTION heatmaps_append_only();
DROP FUNCTION heatmaps_append_only_but_for_words();
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("heatmaps_project", "0021_sales")]

    operations = [
        migrations.RunSQL([DO], [UNDO]),
        AddIndexConcurrently(
            "lookup",
            models.Index(
                fields=["client", "at"],
                condition=models.Q(client__isnull=False),
                name="lookup_client",
            ),
        ),
    ]
