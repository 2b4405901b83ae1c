"""A spot whose people live in three zones: who they are, what they will say, and who rates how."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import MultiPolygon, Polygon

from complaints.customers.consent import OptOut
from complaints.models import Customer, Region, Topic
from feedback.models import AlarmRule, SendingRule, Survey, SurveyQuestion
from heatmaps_project.demo.office import open_office
from heatmaps_project.models import User
from spots.cases.fixchecks import FixCheck
from spots.models import Case, Cause, Membership, Team
from tests.factories import make_complaints, make_customers, make_spot

HALF_PAST_EIGHT = datetime(2026, 3, 25, 17, 30, tzinfo=UTC)  # in Moscow, on a Wednesday
ZONES = (  # of every five customers
    *("Europe/Moscow", "Europe/Kaliningrad", "Asia/Yekaterinburg"),
    *("Europe/Moscow", "Asia/Yekaterinburg"),
)
CODES = {"Europe/Moscow": "ivanovo", "Europe/Kaliningrad": "amber", "Asia/Yekaterinburg": "urals"}
SENDER = "0650"  # that they are told from, and write back to
SCRIPT = "Представьтесь, извинитесь, спросите, что не работает сейчас."
QUESTIONS = (
    ("csat", "Стало лучше?", "Is it better now?"),
    ("nps", "Порекомендуете нас?", "Would you recommend us?"),
    ("text", "Что нам исправить?", "What should we mend?"),
)


@dataclass(frozen=True)
class Size:
    """How many there are, and at which moments one looks who has been told."""

    customers: int
    raters: int
    alarmed: int
    looks: tuple[str, ...]  # Moscow time, from the evening on


@dataclass
class Rater:
    """A customer who answers, how, and what."""

    address: str  # a phone or an e-mail
    zone: str
    way: str  # page | text | letter
    csat: int
    nps: int | None  # None: they stop after the first question
    words: str
    unhappy: bool


@dataclass(frozen=True)
class Person:
    address: str  # empty: none
    zone: str
    refuses: bool


@dataclass(frozen=True)
class World:
    spot: Case
    people: list[Person]
    raters: list[Rater]

    def told_in(self, *zones: str) -> set[str]:
        """Return who is to be told, of those who live in zones."""
        return {
            one.address
            for one in self.people
            if one.address and not one.refuses and one.zone in zones
        }


def at(clock: str) -> datetime:
    """Return "20:41" or "07:00" by Moscow's clock, of that evening or the morning after."""
    hour, minute = map(int, clock.split(":"))
    day = HALF_PAST_EIGHT.astimezone(ZoneInfo("Europe/Moscow"))
    day += timedelta(days=1 if hour < 12 else 0)
    return day.replace(hour=hour, minute=minute).astimezone(UTC)


def fill(size: Size) -> World:
    """Fill an empty database: the fix is about to be declared."""
    long_ago = HALF_PAST_EIGHT - timedelta(days=60)
    brand, region = open_office(now=long_ago)
    regions = {"Europe/Moscow": region, **_other_regions()}
    User.objects.get(username="supervisor").regions.add(*regions.values())
    User.objects.get(username="agent").regions.add(*regions.values())
    rows = [_customer(number) for number in range(size.customers)]
    customers = make_customers([{**row, "brand": brand} for row in rows])
    topic = Topic.objects.get(code="no_signal")
    complaints = make_complaints(
        {
            "customer": customer,
            "brand": brand,
            "topic": topic,
            "region": regions[ZONES[number % 5]],
            "occurred_at": HALF_PAST_EIGHT - timedelta(hours=5),
            "received_at": HALF_PAST_EIGHT - timedelta(hours=5),
            "placed_at": HALF_PAST_EIGHT - timedelta(hours=5),
        }
        for number, customer in enumerate(customers)
    )
    engineer = User.objects.get(username="engineer")
    spot = make_spot(
        brand=brand,
        region=region,
        topic=topic,
        state="fixing",
        place="Южа, ул. Советская",
        cause=Cause.objects.get(code="power"),
        team=Team.objects.get(code="radio"),
        engineer=engineer,
        started_at=HALF_PAST_EIGHT - timedelta(hours=5),
        opened_at=HALF_PAST_EIGHT - timedelta(hours=5),
        accepted_at=HALF_PAST_EIGHT - timedelta(hours=4),
        eta_at=HALF_PAST_EIGHT + timedelta(hours=1),
    )
    since = HALF_PAST_EIGHT - timedelta(hours=5)
    Membership.objects.bulk_create(
        Membership(case=spot, complaint=one, since=since) for one in complaints
    )
    Case.objects.filter(pk=spot.pk).update(customers=size.customers, complaints=size.customers)
    refusing = [customer for number, customer in enumerate(customers) if number % 100 == 8]
    for customer in refusing:
        OptOut.objects.create(customer=customer, purpose="service", at=long_ago, told_by="sms")
    _rules(size, brand)
    refuse = {customer.pk for customer in refusing}
    people = [
        Person(_address(customer), ZONES[number % 5], customer.pk in refuse)
        for number, customer in enumerate(customers)
    ]
    return World(spot, people, _raters(customers, size))


def _other_regions() -> dict[str, Region]:
    boxes = {"Europe/Kaliningrad": (20, 54, 22, 55), "Asia/Yekaterinburg": (59, 56, 61, 58)}
    return {
        zone: Region.objects.create(
            code=CODES[zone],
            name_ru=CODES[zone],
            name_en=CODES[zone],
            outline=MultiPolygon(Polygon.from_bbox(box)),
            time_zone=zone,
        )
        for zone, box in boxes.items()
    }


def _customer(number: int) -> dict[str, object]:
    """One in four has an e-mail alone, one in a hundred neither; one in ten reads English."""
    row: dict[str, object] = {"language": "en" if number % 10 == 9 else "ru"}
    if number % 100 == 15:
        return {**row, "phone": "", "email": ""}
    by_letter = number % 4 == 3
    return {**row, "phone": ""} if by_letter else {**row, "email": ""}


def _address(customer: Customer) -> str:
    return (customer.phone or "").lstrip("+") or customer.email or ""


def _rules(size: Size, brand: object) -> None:
    SendingRule.objects.update_or_create(pk=1, defaults={"approve_above": size.customers // 2})
    FixCheck.objects.update_or_create(
        pk=1, defaults={"answers": size.raters, "unhappy_share": 0.99 * size.alarmed / size.raters}
    )
    AlarmRule.objects.update_or_create(pk=1, defaults={"script": SCRIPT})
    survey = Survey.objects.create(
        name="Оценка исправления · Волна",
        brand=brand,
        trigger="fixed",
        active=True,
        active_since=HALF_PAST_EIGHT - timedelta(days=30),
        quarantine_days=0,
        title_ru="Стало лучше?",
        title_en="Is it better now?",
        by_text=True,
    )
    for number, (kind, russian, english) in enumerate(QUESTIONS, start=1):
        words = {"words_ru": russian, "words_en": english}
        SurveyQuestion.objects.create(survey=survey, number=number, kind=kind, **words)


def _raters(customers: list[Customer], size: Size) -> list[Rater]:
    """Three of every ten, of each zone; phones answer by the page and by text in turn."""
    found: list[Rater] = []
    phones = 0
    for number, customer in enumerate(customers):
        if number % 10 not in (1, 3, 7) or len(found) == size.raters:
            continue
        phones += bool(customer.phone)
        way = ("page", "text")[phones % 2] if customer.phone else "letter"
        zone = ZONES[number % 5]
        found.append(_rater(len(found), _address(customer), zone, way, size))
    assert len(found) == size.raters
    return found


def _rater(k: int, address: str, zone: str, way: str, size: Size) -> Rater:
    every = size.raters // size.alarmed
    if k % every == 1 and k // every < size.alarmed:
        # three kinds of alarm: a lowest score, a low recommendation, and a threat in words
        csat, nps, words = (
            (1, 6, "Не работает"),
            (2, 2, "Плохо"),
            (2, 5, "Уйду к другому оператору"),
        )[k // every % 3]
        return Rater(address, zone, way, csat, nps, words, unhappy=True)
    stops = k % 10 == 8
    nps = None if stops else (10, 9, 8, 7, 6, 10)[k % 6]
    words = "Спасибо" if k % 5 == 0 else ""
    return Rater(address, zone, way, (3, 4, 5, 5)[k % 4], nps, words, unhappy=False)
