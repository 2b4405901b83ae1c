"""
Spots that were drawn around the homes themselves, drawn once more around a raster of 100 m.

Some at a time, each portion a statement of its own that holds its rows alone: cut off, or done
twice, it begins anew and writes what differs. A spot whose members have gone over into another is
drawn around those whom it had; one of which no place is known is left as it was.
"""

from django.db import migrations

BATCH = 200
STEP = 0.001  # degrees: complaints.customers.personal.MASKED_STEP
REDRAW = f"""
WITH held AS MATERIALIZED (
    SELECT id FROM spots_case WHERE id > %s AND kind = 'spot'
    ORDER BY id LIMIT {BATCH} FOR NO KEY UPDATE
), drawn AS (
    SELECT held.id, (
        SELECT ST_Buffer(
            ST_ConvexHull(ST_Collect(ST_SnapToGrid(c.point, {STEP})))::geography, 75
        )::geometry
        FROM spots_membership m JOIN complaints_complaint c ON c.id = m.complaint_id
        WHERE m.case_id = held.id AND c.precision <> 'locality' AND (
            m.until IS NULL OR NOT EXISTS (
                SELECT FROM spots_membership WHERE case_id = held.id AND until IS NULL
            )
        )
    ) AS outline
    FROM held
), redrawn AS (
    UPDATE spots_case SET outline = drawn.outline, centre = ST_Centroid(drawn.outline)
    FROM drawn
    WHERE spots_case.id = drawn.id AND GeometryType(drawn.outline) = 'POLYGON'
        AND spots_case.outline IS DISTINCT FROM drawn.outline
)
SELECT max(id) FROM held
"""


def redraw(apps, schema_editor):
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while last is not None:
            cursor.execute(REDRAW, [last])
            (last,) = cursor.fetchone()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("spots", "0022_answers_by_time")]

    operations = [migrations.RunPython(redraw, migrations.RunPython.noop)]
