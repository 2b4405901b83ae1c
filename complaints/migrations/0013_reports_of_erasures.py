"""What was erased is kept, signed, and never changed: the database sees to it."""

from django.db import migrations, models

DO = """
CREATE FUNCTION complaints_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER erasure_append_only BEFORE UPDATE OR DELETE ON complaints_erasure
    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();
"""
UNDO = """
DROP TRIGGER erasure_append_only ON complaints_erasure;
DROP FUNCTION complaints_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0012_persons")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="report",
            field=models.TextField(db_default=""),
        ),
        migrations.RunSQL(DO, UNDO),
    ]
