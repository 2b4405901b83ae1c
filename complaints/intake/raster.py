"""A raster of places, 100 m wide: what is drawn to it is of a neighbourhood, and of no house."""

from typing import Any, Final

from django.contrib.gis.db.models import PointField
from django.db.models import Func

STEP_M: Final = 100.0
_DEGREE_M: Final = 111_195.08  # of a meridian: π · 6,371,008.8 m / 180
_STEP: Final = STEP_M / _DEGREE_M  # degrees of latitude

# least() and greatest() take no notice of NULL: without the condition nowhere would be the pole.
# Rows are so many degrees apart; in each, columns are as far apart in metres, whatever its
# latitude. Drawn again, a point stays: its row has the same columns.
_ROW: Final = f"greatest(-90, least(90, round(ST_Y(%(expressions)s) / {_STEP}) * {_STEP}))"
_COLUMNS: Final = f"({_STEP} / greatest(cos(radians({_ROW})), 1e-6))"
_COLUMN: Final = (
    f"greatest(-180, least(180, round(ST_X(%(expressions)s) / {_COLUMNS}) * {_COLUMNS}))"
)


class OnRaster(Func):
    """A point (WGS 84) at the nearest crossing of the raster, at most 71 m away; none of none."""

    template = (
        "CASE WHEN %(expressions)s IS NOT NULL"
        f" THEN ST_SetSRID(ST_MakePoint({_COLUMN}, {_ROW}), 4326) END"
    )
    output_field: Any = PointField(srid=4326)
