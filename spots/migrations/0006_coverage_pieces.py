"""
Coverage is cut to pieces for drawing whenever an area is written, by the database itself.

A piece has at most CORNERS corners. For each of ZOOMS (as spots.maps.rows.PIECES_OF) the area is
simplified to a pixel, a 512th of a tile's side, and what is smaller than one is left out.
"""

from django.db import migrations

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
"""
UNDO = """
DROP TRIGGER spots_cut_coverage ON spots_coverage;
DROP FUNCTION spots_cut_coverage();
"""


class Migration(migrations.Migration):
    # Installations from before the first release have these instead.
    replaces = [
        ("spots", "0014_letters_by_sms"),
        ("spots", "0015_base_map_sources"),
        ("spots", "0016_views_keep_columns_and_order"),
        ("spots", "0017_audit_indexes"),
        ("spots", "0018_coverage_pieces"),
    ]

    dependencies = [("spots", "0005_notes_of_changes")]

    operations = [migrations.RunSQL(CUT, UNDO)]
