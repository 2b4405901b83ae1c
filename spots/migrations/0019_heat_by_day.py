"""
Heat counted by the day, and the days whose complaints changed when they were long over.

A day is counted when it is DAYS_UNTIL_COUNTED over (spots.maps.transitions_of_heat); triggers note
each later change of what heat is made of. A note is a row of its own: no writer waits for another.
They begin a day before a day can be counted, so that a transaction which is open at midnight
notes its change, too.
"""

import django.db.models.deletion
from django.db import migrations, models

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
# What was drawn of a day before it was counted anew is drawn anew: as migration 0010.
DO += """
    CREATE TRIGGER spots_map_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON spots_heatday
        FOR EACH STATEMENT EXECUTE FUNCTION spots_map_changed(1, 'spots_map_complaints');
"""
UNDO = "DROP TRIGGER spots_map_changed ON spots_heatday;" + "".join(
    f"DROP TRIGGER spots_heat_{name} ON complaints_complaint; DROP FUNCTION spots_heat_{name}();"
    for name, *_ in TRIGGERS
)


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0008_opt_outs'),
        ('spots', '0018_coverage_pieces'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeatDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('counted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='StaleHeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='HeatCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zoom', models.PositiveSmallIntegerField()),
                ('day', models.DateField()),
                ('x', models.PositiveIntegerField()),
                ('y', models.PositiveIntegerField()),
                ('complaints', models.PositiveIntegerField()),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.brand')),
                ('region', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.region')),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('zoom', 'day', 'x', 'y', 'brand', 'region', 'topic'), name='heat_cell_once', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(DO, UNDO),
    ]
