"""Opening a spot of the complaints that a service problem names."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.geos import MultiPoint, Point, Polygon

from complaints.customers.personal import masked_place
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, Placing
from complaints.row_number import row_number
from heatmaps_project.tmf.wire import refused
from spots.cases import transitions
from spots.cases.models import Case
from spots.cases.transitions import IllegalMoveError

_SMALL = 0.001  # degrees round the complaints, each of which is drawn to as many
_MOST = 500  # complaints


def opened(
    named: Iterable[Mapping[str, Any]],
    *,
    walls: Walls,
    by: Callable[[], AbstractUser],
    now: datetime,
) -> Case | None:
    """
    Return a new spot of the complaints that are named; None: none is.

    by  returns whose it is to open a spot; asked where there is one to open

    :raises RefusedError: one is not known or not on the map, they are of several brands or
        regions, or all of them are in other spots
    """
    ids = [row_number(str(one.get("id", ""))) for one in named]
    if not ids:
        return None
    rows = list(
        Complaint.objects.within(walls)
        .in_effect()
        .filter(
            pk__in=[pk for pk in ids if pk is not None][:_MOST],
            placing=Placing.PLACED,
            region__isnull=False,
        )
    )
    if len(rows) != len(set(ids)):
        raise refused("A troubleTicket is not known, or not on the map yet.")
    if len({(row.brand_id, row.region_id) for row in rows}) > 1:
        raise refused("The troubleTickets are of several brands or regions.")
    topics = {row.topic_id for row in rows}
    near = [Point(*masked_place(*row.point.coords)) for row in rows if row.point]
    outline = MultiPoint(near, srid=4326).convex_hull.buffer(_SMALL)
    assert isinstance(outline, Polygon)
    try:
        return transitions.open_spot(
            brand_id=rows[0].brand_id,
            region_id=_region(rows[0]),
            topic_id=topics.pop() if len(topics) == 1 else None,
            complaint_ids=[row.pk for row in rows],
            outline=outline,
            started_at=min(row.occurred_at for row in rows),
            evidence={},
            by=by(),
            now=now,
        )
    except IllegalMoveError as refusal:
        raise refused(str(refusal), 409) from None


def _region(complaint: Complaint) -> int:
    assert complaint.region_id is not None  # asked for above
    return complaint.region_id
