"""A quiet region, and complaints that gather in it."""

from datetime import timedelta

from complaints.models import Complaint
from spots.models import Watch
from spots.watching import transitions
from tests.factories import CENTRE, NOW, make_complaints

CORNER = (CENTRE[0], CENTRE[1] + 0.2)  # lon, lat of where `burst` is, unless told otherwise


def make_quiet_watch() -> Watch:
    """A region with five weeks of one complaint every six hours, spread over forty places."""
    times = [NOW - timedelta(days=36) + timedelta(hours=6 * number) for number in range(140)]
    make_complaints(
        {
            "lon": CENTRE[0] + 0.01 * (number % 40) - 0.2,
            "occurred_at": at,
            "received_at": at,
            "placed_at": at,
        }
        for number, at in enumerate(times)
    )
    transitions.ensure_watches()
    return Watch.objects.get()


def burst(
    count: int, *, ago: timedelta = timedelta(minutes=40), lat: float = CORNER[1]
) -> list[Complaint]:
    """Complaints of different customers within some 200 m and half an hour."""
    times = [NOW - ago + timedelta(minutes=number) for number in range(count)]
    return make_complaints(
        {
            "lon": CORNER[0] + 0.0005 * (number % 4),
            "lat": lat + 0.0003 * (number // 4),
            "occurred_at": at,
            "received_at": at,
            "placed_at": at,
        }
        for number, at in enumerate(times)
    )
