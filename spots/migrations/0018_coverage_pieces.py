"""
Coverage is cut to pieces for drawing whenever an area is written, by the database itself.

A piece has at most CORNERS corners. For each of ZOOMS (as spots.maps.rows.PIECES_OF) the area is
simplified to a pixel, a 512th of a tile's side, and what is smaller than one is left out.
"""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

CORNERS = 128
ZOOMS = (4, 6, 8, 10, 12, 18)
CUT = f"""
CREATE FUNCTION spots_cut_coverage() RETURNS trigger LANGUAGE plpgsql
SET client_min_messages = warning AS $$
BEGIN
    DELETE FROM spots_coveragepiece WHERE coverage_id = NEW.id;
    INSERT INTO spots_coveragepiece (coverage_id, zoom, shape)
    SELECT NEW.id, zoom, ST_ForcePolygonCW(ST_Subdivide(
        ST_CollectionExtract(ST_MakeValid(ST_Simplify(whole, 40075016.7 / (1 << zoom) / 512)), 3),
        {CORNERS}
    ))
    FROM unnest(ARRAY{list(ZOOMS)}) AS zoom, (
        -- The map is square: it ends at these latitudes.
        SELECT ST_Transform(
            ST_CollectionExtract(ST_MakeValid(
                ST_ClipByBox2D(NEW.area, ST_MakeEnvelope(-180, -85.051128, 180, 85.051128, 4326))
            ), 3), 3857
        ) AS whole
    ) AS mercator;
    RETURN NULL;
END $$;
CREATE TRIGGER spots_cut_coverage AFTER INSERT OR UPDATE OF area ON spots_coverage
    FOR EACH ROW EXECUTE FUNCTION spots_cut_coverage();
UPDATE spots_coverage SET area = area;
"""
UNDO = """
DROP TRIGGER spots_cut_coverage ON spots_coverage;
DROP FUNCTION spots_cut_coverage();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('spots', '0017_audit_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='CoveragePiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zoom', models.PositiveSmallIntegerField()),
                ('shape', django.contrib.gis.db.models.fields.PolygonField(spatial_index=False, srid=3857)),
                ('coverage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='spots.coverage')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['zoom', 'shape'], name='coverage_piece_there')],
            },
        ),
        migrations.RunSQL(CUT, UNDO),
    ]
