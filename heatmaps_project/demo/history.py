"""The demo region's past, eight weeks of it or years: what customers sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice

import numpy as np

from complaints.intake.models import Complaint
from complaints.intake.sent import read_row
from complaints.intake.transitions import MOST_AT_ONCE, receive
from heatmaps_project.demo.callers import Neighbourhood, complaint
from heatmaps_project.demo.records import PRECISIONS, Outage
from heatmaps_project.demo.stream import generate

SOURCE = "demo-history"
WEEKS = 8
WEEK, A_YEAR = timedelta(weeks=1), timedelta(weeks=52)
STORM_FAULTS = 4  # of the last days' that come together, once a fortnight, in the years before
SEED = 37  # the car number of Ivanovo oblast


@dataclass(frozen=True)
class Fault:
    """An outage of the demo's last days."""

    town: str
    east_m: float  # from the town's centre
    north_m: float
    radius_m: float
    began_h_ago: float
    lasts_h: float
    topic: int
    complaining: float  # share of the subscribers concerned


# The oldest have been fixed and rated, the newest are still being worked on.
FAULTS = (
    Fault("Kineshma", 300, -200, 900, 205, 20, 0, 0.012),
    Fault("Shuya", -400, 300, 700, 172, 14, 1, 0.02),
    Fault("Furmanov", 0, 100, 800, 140, 16, 0, 0.02),
    Fault("Ivanovo", 2200, -1500, 900, 118, 10, 2, 0.012),
    Fault("Rodniki", 200, 0, 700, 92, 22, 0, 0.03),
    Fault("Teykovo", -200, 200, 700, 68, 12, 1, 0.025),
    Fault("Vichuga", 300, 300, 900, 46, 18, 0, 0.02),
    Fault("Privolzhsk", 0, 0, 700, 29, 20, 2, 0.03),
    Fault("Ivanovo", -2500, 900, 700, 20, 16, 1, 0.018),
    Fault("Palekh", 0, 0, 500, 11, 30, 0, 0.05),
    Fault("Kokhma", 100, -200, 800, 7, 30, 0, 0.02),
    Fault("Ivanovo", 600, 2600, 800, 4, 30, 0, 0.014),
    Fault("Yuzha", 100, 100, 700, 2, 30, 1, 0.03),
)


def faults_of(years: int) -> Sequence[Fault]:
    """Return the faults of the last days, and before them those of each storm of so many years."""
    return [
        *FAULTS,
        *(
            replace(FAULTS[(number * STORM_FAULTS + n) % len(FAULTS)], began_h_ago=h_ago - n / 2)
            for number, h_ago in enumerate(storms_of(years))
            for n in range(STORM_FAULTS)
        ),
    ]


def storms_of(years: int) -> Sequence[int]:
    """Return how many hours ago each began: one a fortnight, each at another hour of the day."""
    every_h = 2 * WEEK // timedelta(hours=1)
    many = years * A_YEAR // (2 * WEEK)
    return [every_h * n - 7 * n % 24 for n in range(1, many + 1)]


def tell(
    neighbourhood: Neighbourhood,
    *,
    now: datetime,
    faults: Sequence[Fault] = FAULTS,
    years: int = 0,
) -> int:
    """
    Store what customers complained of in the last weeks, once; return how many complaints.

    years  so many before these weeks, too
    """
    if Complaint.objects.filter(source=SOURCE).exists():
        return 0
    stored = 0
    told = _told(neighbourhood, faults, now=now, weeks=WEEKS + years * (A_YEAR // WEEK))
    while batch := list(islice(told, MOST_AT_ONCE)):
        rows = [read_row(body, now=now) for body, _ in batch]
        moments = [received_at for _, received_at in batch]
        stored += len(receive(rows, source=SOURCE, now=now, received_at=moments))
    return stored


def _told(
    neighbourhood: Neighbourhood, faults: Sequence[Fault], *, now: datetime, weeks: int
) -> Iterator[tuple[dict[str, object], datetime]]:
    began = _monday_before(now - weeks * WEEK)
    houses = neighbourhood.houses
    now_h = (now - began) / timedelta(hours=1)
    outages = [_outage(neighbourhood, fault, now_h) for fault in faults]
    told = generate(houses, weeks=weeks + 1, seed=SEED, outages=outages).complaints
    for row in range(len(told.customer)):
        received_at = began + timedelta(hours=float(told.received_h[row]))
        if received_at > now:
            return
        body = complaint(
            reference=f"history-{row}",
            customer=int(told.customer[row]),
            topic=int(told.topic[row]),
            occurred_at=began + timedelta(hours=float(told.occurred_h[row])),
            address=neighbourhood.address_of(int(told.customer[row])),
            point={"lon": float(told.lon[row]), "lat": float(told.lat[row])},
            precision=PRECISIONS[int(told.precision[row])],
        )
        yield body, received_at


def _monday_before(moment: datetime) -> datetime:
    day = moment.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)


def place_of(neighbourhood: Neighbourhood, fault: Fault) -> tuple[float, float]:
    """Return a fault's longitude and latitude, degrees."""
    town = next(p.town for p in neighbourhood.plans if p.town.name_en == fault.town)
    houses = neighbourhood.houses
    place = np.add(houses.metres_of(town.lon, town.lat), (fault.east_m, fault.north_m))
    lon, lat = houses.degrees(place.reshape(1, 2))[0]
    return float(lon), float(lat)


def _outage(neighbourhood: Neighbourhood, fault: Fault, now_h: float) -> Outage:
    lon, lat = place_of(neighbourhood, fault)
    return Outage(
        lon=lon,
        lat=lat,
        radius_m=fault.radius_m,
        began_h=now_h - fault.began_h_ago,
        lasts_h=fault.lasts_h,
        topic=fault.topic,
        complaining=fault.complaining,
    )
