"""A past for trials: weeks of usual complaints, and outages in it."""

from datetime import timedelta

from spots.models import Trial
from tests.factories import CENTRE, NOW, make_brand, make_complaint, make_topic, make_trial

PERIOD = timedelta(days=4)


def make_past(*, days: int = 36, every_h: int = 6) -> None:
    """A complaint each `every_h` hours, spread over forty places, until the period begins."""
    for number in range(days * 24 // every_h):
        at = NOW - PERIOD - timedelta(days=days) + timedelta(hours=every_h * number)
        lon = CENTRE[0] + 0.01 * (number % 40) - 0.2
        make_complaint(lon=lon, occurred_at=at, received_at=at, placed_at=at)


def burst(count: int = 8, *, ago: timedelta, north: float = 0.2):
    """Complaints of different customers within some 200 m and as many minutes."""
    complaints = []
    for number in range(count):
        at = NOW - ago + timedelta(minutes=number)
        lon = CENTRE[0] + 0.0005 * (number % 4)
        lat = CENTRE[1] + north + 0.0003 * (number // 4)
        fields = {"occurred_at": at, "received_at": at, "placed_at": at}
        complaints.append(make_complaint(lon=lon, lat=lat, **fields))
    return complaints


def make_world() -> Trial:
    """Two outages in a quiet region, and a trial of the four days that they are in."""
    make_past()
    burst(8, ago=timedelta(days=3, hours=2))
    burst(12, ago=timedelta(days=1, hours=1), north=-0.2)
    return waiting()


def waiting(**fields: object) -> Trial:
    make_brand()
    make_topic()
    return make_trial(**{"since": NOW - PERIOD, "until": NOW, **fields})
