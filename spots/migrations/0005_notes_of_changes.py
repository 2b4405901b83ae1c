from django.db import migrations


# What machines are told of a case. Its priority grows with its age: that alone is no change.
TOLD = (
    *("kind", "state", "quiet_since", "place", "centre", "outline", "customers", "complaints"),
    *("team_id", "engineer_id", "cause_id", "fix_kind", "eta_at", "waits_for", "waits_until"),
    *("dismissed_for", "accepted_at", "fixed_at", "ended_at", "merged_into_id", "band"),
)
NOTES = f"""
CREATE TRIGGER case_change BEFORE UPDATE ON spots_case
    FOR EACH ROW WHEN (
        ({", ".join(f"OLD.{name}" for name in TOLD)})
        IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in TOLD)})
    )
    EXECUTE FUNCTION complaints_note_change();
"""
NOTES_NOT = "DROP TRIGGER case_change ON spots_case;"


class Migration(migrations.Migration):
    # Installations from before the first release have these instead.
    replaces = [
        ("spots", "0011_report_case"),
        ("spots", "0012_told_to_machines"),
        ("spots", "0013_clocks_known_otherwise"),
    ]

    dependencies = [("complaints", "0003_notes_of_changes"), ("spots", "0004_map_versions")]

    operations = [migrations.RunSQL(NOTES, NOTES_NOT)]
