"""
Count changes of what the map draws, for spots/maps/versions.py: one number for each source.

A sequence needs no lock and is seen at once; the advisory lock tells readers that the change
behind a number is not committed yet. Shared, it makes no writer wait for another.
"""

from django.db import migrations

LOCK = 1835102323  # as spots.maps.versions.LOCK
# (number of the source, source, its tables), as spots.maps.versions.NUMBERS
SOURCES = (
    (1, "complaints", ("complaints_complaint",)),
    (2, "cases", ("spots_case",)),
    (3, "coverage", ("spots_coverage",)),
    (4, "sites", ("spots_site",)),
    (5, "events", ("spots_networkevent",)),
)
FUNCTION = f"""
CREATE FUNCTION spots_map_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOCK}, TG_ARGV[0]::int);
    PERFORM nextval(TG_ARGV[1]::regclass);
    RETURN NULL;
END $$;
"""


def _of(number: int, source: str, tables: tuple[str, ...]) -> str:
    triggers = "".join(
        f"""
        CREATE TRIGGER spots_map_changed
            AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION spots_map_changed({number}, 'spots_map_{source}');
        """
        for table in tables
    )
    # Taken once: a fresh sequence's first number looks the same before and after.
    return f"CREATE SEQUENCE spots_map_{source}; SELECT nextval('spots_map_{source}');{triggers}"


UNDO = "".join(
    f"DROP TRIGGER spots_map_changed ON {table};" for _, _, tables in SOURCES for table in tables
)
UNDO += "DROP FUNCTION spots_map_changed();"
UNDO += "".join(f"DROP SEQUENCE spots_map_{source};" for _, source, _ in SOURCES)


class Migration(migrations.Migration):
    # Installations from before the first release have these instead.
    replaces = [
        ("spots", "0004_calendars_of_regions_and_teams"),
        ("spots", "0005_ledger_as_data"),
        ("spots", "0006_escalation_ladder"),
        ("spots", "0007_late_reasons"),
        ("spots", "0008_cases_for_the_audit"),
        ("spots", "0009_cases_by_priority"),
        ("spots", "0010_map_versions"),
    ]

    dependencies = [("spots", "0003_default_rule")]

    operations = [migrations.RunSQL(FUNCTION + "".join(_of(*one) for one in SOURCES), UNDO)]
