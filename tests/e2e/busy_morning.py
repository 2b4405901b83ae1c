"""The demo operator's office before a busy day: quiet weeks, then sixty places complain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from django.contrib.gis.geos import Point

from complaints.geocoding.models import Locality
from complaints.intake.models import Complaint
from complaints.intake.sent import SentComplaint, read_row
from complaints.intake.transitions import receive
from complaints.models import Topic
from heatmaps_project.demo.office import BRAND, open_office
from spots.watching import runner

HALF_PAST_EIGHT = datetime(2026, 3, 25, 5, 30, tzinfo=UTC)  # a Wednesday, in Moscow
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FIRST, SECOND = 6, 3  # complaints of a place, at least: that make it a spot, and that join it
CORNER = (40.6, 56.75)  # lon, lat
STEP = (0.07, 0.05)  # degrees between places: some 4 and 6 km
NAMES = (
    ("Верхняя", "Нижняя", "Новая", "Старая", "Большая", "Малая"),
    (
        *("Поляна", "Слобода", "Горка", "Роща", "Дубрава"),
        *("Берёзовка", "Каменка", "Ольховка", "Сосновка", "Заречка"),
    ),
)
NO_RULE = "sms"  # a topic that no routing rule asks for


@dataclass(frozen=True)
class Village:
    """One of the sixty places, and what its people complain of."""

    name: str
    lon: float
    lat: float
    topic: str
    callers: int  # who complain first, and make it a spot
    segment: str


def villages() -> list[Village]:
    """Ten places a row, from the south-west; every tenth has the trouble that no rule knows."""
    found = []
    for number, names in enumerate(product(*NAMES)):
        row, column = divmod(number, 10)
        topic = NO_RULE if column == 9 else ("no_signal", "slow_data", "no_signal")[column % 3]
        lon, lat = CORNER[0] + STEP[0] * column, CORNER[1] + STEP[1] * row
        segment = "vip" if number % 6 == 0 else "mass"
        found.append(Village(" ".join(names), lon, lat, topic, FIRST + number % 4, segment))
    return found


def open_the_day() -> None:
    """Fill an empty database, and look at it as the worker does, until sixty spots are there."""
    open_office(now=HALF_PAST_EIGHT - 60 * 24 * HOUR)
    Topic.objects.update_or_create(
        code=NO_RULE, defaults={"name_ru": "СМС не доходят", "name_en": "Texts do not arrive"}
    )
    Locality.objects.bulk_create(
        Locality(name=v.name, key=v.name.lower(), point=Point(v.lon, v.lat)) for v in villages()
    )
    runner.forget()
    _take(list(_quiet_weeks()))
    runner.look_everywhere(now=HALF_PAST_EIGHT - HOUR)
    early, late = HALF_PAST_EIGHT - 40 * MINUTE, HALF_PAST_EIGHT - 15 * MINUTE
    _take([call for v in villages() for call in _calls(v, v.callers, since=early)])
    runner.look_everywhere(now=early + 12 * MINUTE)
    _take([call for v in villages() for call in _calls(v, SECOND, since=late)])
    runner.look_everywhere(now=late + 12 * MINUTE)


def go_on_calling(name: str, *, since: datetime) -> None:
    """Six more of a village call, within six minutes."""
    village = next(village for village in villages() if village.name == name)
    _take(list(_calls(village, FIRST, since=since)))


def _calls(village: Village, count: int, *, since: datetime) -> Iterator[SentComplaint]:
    """Complaints of different customers within some 200 m, a minute apart."""
    for number in range(count):
        yield _complaint(
            f"{village.name} {since:%H%M} {number}",
            topic=village.topic,
            segment=village.segment,
            lon=village.lon + 0.0005 * (number % 3),
            lat=village.lat + 0.0004 * (number // 3),
            at=since + number * MINUTE,
        )


def _quiet_weeks() -> Iterator[SentComplaint]:
    """Five weeks of somebody complaining every two hours, now here, now there."""
    places = villages()
    for number in range(12 * 36):
        village = places[number * 7 % len(places)]
        yield _complaint(
            f"usual {number}",
            topic=(*("no_signal", "slow_data", "voice_quality"), NO_RULE)[number % 4],
            lon=village.lon + 0.002 * (number % 5),
            lat=village.lat + 0.002 * (number % 3),
            at=HALF_PAST_EIGHT - 36 * 24 * HOUR + 2 * number * HOUR - 3 * HOUR,
        )


def _complaint(
    number: str, *, topic: str, lon: float, lat: float, at: datetime, segment: str = "mass"
) -> SentComplaint:
    row = {
        "external_id": number,
        "brand": BRAND,
        "customer": {"id": number, "segment": segment, "language": "ru"},
        "topic": topic,
        "channel": "call",
        "text": "Дома и на улице не работает с утра",
        "point": {"lon": round(lon, 5), "lat": round(lat, 5)},
        "precision": "house",
        "occurred_at": at,
    }
    return read_row(row, now=at)


def _take(sent: list[SentComplaint]) -> None:
    """Let complaints come in, each as it happened."""
    times = [one.occurred_at for one in sent]
    receipts = receive(sent, source="crm", now=max(times), received_at=times)
    assert {receipt.outcome for receipt in receipts} == {"created"}
    assert not Complaint.objects.filter(region=None).exists()
