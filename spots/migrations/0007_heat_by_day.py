"""
Heat counted by the day, and the days whose complaints changed when they were long over.

A day is counted when it is DAYS_UNTIL_COUNTED over (spots.maps.transitions_of_heat); triggers note
each later change of what heat is made of. A note is a row of its own: no writer waits for another.
They begin a day before a day can be counted, so that a transaction which is open at midnight
notes its change, too.
"""

from django.db import migrations

FACTS = 'occurred_at, "placing", "precision", point, withdrawn_at, topic_id, brand_id, region_id'
NOTE = """
    INSERT INTO spots_staleheat (day)
    SELECT DISTINCT (occurred_at AT TIME ZONE 'UTC')::date FROM ({changed}) AS changed
    WHERE occurred_at < date_trunc('day', now(), 'UTC') - interval '1 day';
"""
ADDED = NOTE.format(changed=f"SELECT {FACTS} FROM after")
GONE = NOTE.format(changed=f"SELECT {FACTS} FROM before")
CHANGED = NOTE.format(
    changed=f"(SELECT id, {FACTS} FROM before EXCEPT SELECT id, {FACTS} FROM after)"
    f" UNION ALL (SELECT id, {FACTS} FROM after EXCEPT SELECT id, {FACTS} FROM before)"
)
# (its name, what happens, what it was and is, what is noted)
TRIGGERS = (
    ("added", "INSERT", "NEW TABLE AS after", ADDED),
    ("gone", "DELETE", "OLD TABLE AS before", GONE),
    ("changed", "UPDATE", "OLD TABLE AS before NEW TABLE AS after", CHANGED),
)
DO = "".join(
    f"""
    CREATE FUNCTION spots_heat_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {note} RETURN NULL; END $$;
    CREATE TRIGGER spots_heat_{name} AFTER {event} ON complaints_complaint
        REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION spots_heat_{name}();
    """
    for name, event, tables, note in TRIGGERS
)
# What was drawn of a day before it was counted anew is drawn anew: as migration 0004.
DO += """
    CREATE TRIGGER spots_map_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON spots_heatday
        FOR EACH STATEMENT EXECUTE FUNCTION spots_map_changed(1, 'spots_map_complaints');
"""
UNDO = "DROP TRIGGER spots_map_changed ON spots_heatday;" + "".join(
    f"DROP TRIGGER spots_heat_{name} ON complaints_complaint; DROP FUNCTION spots_heat_{name}();"
    for name, *_ in TRIGGERS
)


class Migration(migrations.Migration):
    # Installations from before the first release have these instead.
    replaces = [
        ("spots", "0019_heat_by_day"),
        ("spots", "0020_reasons_for_being_late"),
        ("spots", "0021_audit_as_of_a_moment"),
    ]

    dependencies = [("spots", "0006_coverage_pieces")]

    operations = [migrations.RunSQL(DO, UNDO)]
