from django.db import migrations

# Machines ask for what changed: whatever writes a row, the database notes when.
NOTES = """
CREATE FUNCTION complaints_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER complaint_change BEFORE UPDATE ON complaints_complaint
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION complaints_note_change();
"""
NOTES_NOT = """
DROP TRIGGER complaint_change ON complaints_complaint;
DROP FUNCTION complaints_note_change();
"""


class Migration(migrations.Migration):
    # Installations from before the first release have these instead.
    replaces = [
        ("complaints", "0003_segments_of_customers"),
        ("complaints", "0004_told_or_not"),
        ("complaints", "0005_told_to_machines"),
        ("complaints", "0006_complaint_events"),
        ("complaints", "0007_colour_of_brand"),
        ("complaints", "0008_opt_outs"),
        ("complaints", "0009_erasures"),
    ]

    dependencies = [("complaints", "0002_people")]

    operations = [migrations.RunSQL(NOTES, NOTES_NOT)]
