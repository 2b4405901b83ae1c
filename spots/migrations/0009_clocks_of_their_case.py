"""
What a case is asked by, with each of its clocks, too: an audit of years reads one table.

The database copies it, whoever writes: when a clock is made, and when its case changes. It is not
atomic, so that nobody waits for more than a batch; killed at any line, it runs again.
"""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# column: its type, and whether it is NULL where the case has none
COLUMNS = {
    "kind": ("varchar(6)", False),
    "brand_id": ("bigint", False),
    "region_id": ("bigint", False),
    "topic_id": ("bigint", True),
    "team_id": ("bigint", True),
    "engineer_id": ("bigint", True),
    "band": ("smallint", False),
}
NAMES = ", ".join(COLUMNS)
OLD, NEW, OF_HELD, OF_CASE, INTO = (
    ", ".join(f"{of}.{name}" for name in COLUMNS) for of in ("OLD", "NEW", "held", "c", "NEW")
)
BATCH = 2000  # cases

ADD = "ALTER TABLE spots_clock " + ", ".join(
    f"ADD COLUMN IF NOT EXISTS {name} {kind}" for name, (kind, _) in COLUMNS.items()
)
# Whoever makes a clock while its case changes hands waits for that.
MADE = f"""
CREATE OR REPLACE FUNCTION spots_clock_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT {OF_CASE} INTO {INTO} FROM spots_case c WHERE c.id = NEW.case_id FOR SHARE;
    RETURN NEW;
END $$
"""
ON_MADE = """
CREATE OR REPLACE TRIGGER clock_of_case BEFORE INSERT OR UPDATE OF case_id ON spots_clock
    FOR EACH ROW EXECUTE FUNCTION spots_clock_of_case()
"""
FOLLOW = f"""
CREATE OR REPLACE FUNCTION spots_clocks_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE spots_clock SET ({NAMES}) = ROW({NEW}) WHERE case_id = NEW.id;
    RETURN NULL;
END $$
"""
ON_CHANGED = f"""
CREATE OR REPLACE TRIGGER clocks_follow AFTER UPDATE ON spots_case
    FOR EACH ROW WHEN (({OLD}) IS DISTINCT FROM ({NEW}))
    EXECUTE FUNCTION spots_clocks_follow()
"""
FILL = f"""
WITH held AS MATERIALIZED (
    SELECT id, {NAMES} FROM spots_case WHERE id > %s ORDER BY id LIMIT {BATCH} FOR SHARE
), filled AS (
    UPDATE spots_clock SET ({NAMES}) = ROW({OF_HELD}) FROM held
    WHERE case_id = held.id AND spots_clock.kind IS NULL
)
SELECT max(id) FROM held
"""
# Checked beforehand, for SET NOT NULL to look at no row while it holds the table.
FULL = " AND ".join(f"{name} IS NOT NULL" for name, (_, null) in COLUMNS.items() if not null)
CHECK = "clock_has_its_case"
FORBID_NULL = (
    f"ALTER TABLE spots_clock DROP CONSTRAINT IF EXISTS {CHECK}",
    f"ALTER TABLE spots_clock ADD CONSTRAINT {CHECK} CHECK ({FULL}) NOT VALID",
    f"ALTER TABLE spots_clock VALIDATE CONSTRAINT {CHECK}",
    "ALTER TABLE spots_clock "
    + ", ".join(f"ALTER {name} SET NOT NULL" for name, (_, null) in COLUMNS.items() if not null),
    f"ALTER TABLE spots_clock DROP CONSTRAINT {CHECK}",
)
FORGET = (
    "DROP TRIGGER IF EXISTS clocks_follow ON spots_case",
    "DROP TRIGGER IF EXISTS clock_of_case ON spots_clock",
    "DROP FUNCTION IF EXISTS spots_clocks_follow, spots_clock_of_case",
    "ALTER TABLE spots_clock " + ", ".join(f"DROP COLUMN {name}" for name in COLUMNS),
)


ASKED_BY = ["kind", "brand", "region", "topic", "team", "engineer", "band"]


def fill(apps, schema_editor):
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while last is not None:
            cursor.execute(FILL, [last])
            (last,) = cursor.fetchone()


def _copied(to, *, null=False):
    return models.ForeignKey(
        to,
        models.DO_NOTHING,
        null=null,
        db_constraint=False,
        db_index=False,
        related_name="+",
        editable=False,
    )


FIELDS = {
    "kind": models.CharField(max_length=6, editable=False),
    "brand": _copied("complaints.brand"),
    "region": _copied("complaints.region"),
    "topic": _copied("complaints.topic", null=True),
    "team": _copied("spots.team", null=True),
    "engineer": _copied(settings.AUTH_USER_MODEL, null=True),
    "band": models.PositiveSmallIntegerField(editable=False),
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("spots", "0008_import_pieces"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL([ADD, MADE, ON_MADE, FOLLOW, ON_CHANGED], list(FORGET))],
            [migrations.AddField("clock", *field) for field in FIELDS.items()],
        ),
        RemoveIndexConcurrently("clock", "clock_fell_due"),
        RemoveIndexConcurrently("clock", "clock_not_kept"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(list(FORBID_NULL), migrations.RunSQL.noop),
        AddIndexConcurrently(
            "clock",
            models.Index(
                fields=["due_at"],
                include=[
                    *("id", "case", "target", "policy", "minutes", "satisfied_at", "stopped_at"),
                    *("consumed_minutes", "recorded_until", *ASKED_BY),
                ],
                name="clock_fell_due",
            ),
        ),
        AddIndexConcurrently(
            "clock",
            models.Index(
                fields=["due_at"],
                include=[
                    *("id", "case", "target", "policy", "satisfied_at", "stopped_at"),
                    *("recorded_until", *ASKED_BY),
                ],
                condition=models.Q(satisfied_at=None)
                | models.Q(satisfied_at__gt=models.F("due_at")),
                name="clock_not_kept",
            ),
        ),
        # The index of a reference goes when another has taken its place.
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS clock_of_case", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            "clock", models.Index(fields=["case"], include=["due_at"], name="clock_of_case")
        ),
        migrations.AlterField(
            "clock",
            "case",
            models.ForeignKey(
                "spots.case",
                models.PROTECT,
                related_name="clocks",
                db_index=False,
                verbose_name="case",
            ),
        ),
    ]
