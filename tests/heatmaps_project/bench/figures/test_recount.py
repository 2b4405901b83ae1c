"""The pages against a recount that shares no line with them: a span seeded with what is tricky."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine

from complaints.customers.reader import name_of
from complaints.models import Customer, MonthlyFact
from feedback.models import Invitation
from heatmaps_project.bench.figures import pages, recounting, rows, surveys, talks
from heatmaps_project.bench.figures.recounting import Asked
from heatmaps_project.models import Lookup, LookupOutcome, User
from heatmaps_project.supervision.rollups.transitions import roll_up
from spots.models import Case, Clock, Event, Membership
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_invitation,
    make_lookup,
    make_message,
    make_policy,
    make_region,
    make_spot,
    make_survey,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOSCOW = ZoneInfo("Europe/Moscow")
SPOTS = 60
# Hours from the opening to a fix, and from it to a return: round about each bound of a definition.
FIXES = (1, 23.9, 24, 24.1, 30, 200)
BACK = (None, 0.5, 71.9, 72, 72.1, 400)


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(name="world", scope="module")
def _world(rows_of_all):
    with time_machine.travel(NOW, tick=False):
        _write_world()


def _write_world():
    """Sixty lives of all sorts over seventy days, spread by the remainders of their number."""
    made = [_spot(n) for n in range(SPOTS)]
    for n, spot in enumerate(made):
        _complaints(n, spot)
        _clock(n, spot)
        _voices(n, spot)
        _call(n)
    for n in range(0, SPOTS, 11):
        Case.objects.filter(pk=made[n].pk).update(state="merged", merged_into=made[n + 1].pk)
    roll_up(now=NOW, days=80)


def _spot(n):
    opened = NOW - (n * 70 / SPOTS) * DAY - (n % 3) * HOUR
    fixed = opened + FIXES[n % 6] * HOUR
    back = BACK[n // 6 % 6]
    ended = {"ended_at": min(fixed + 30 * HOUR, NOW)} if n % 4 == 1 else {}
    state = ("routed", "closed", "accepted", "fixed")[n % 4]
    fields = {"state": state, "fixed_at": fixed, **ended}
    if n % 8 == 5:
        fields |= {"state": "dismissed", "dismissed_for": ("test", "announced", "duplicate")[n % 3]}
    spot = make_spot(
        team=(None, make_team("radio"), make_team("core"))[n % 3],
        region=make_region(("moscow", "far")[n % 2], lon=(37.6, 60)[n % 2]),
        topic=make_topic(("no_signal", "slow")[n // 2 % 2]),
        started_at=opened - (n % 5 - 1) * HOUR,
        opened_at=opened,
        kind="single" if n % 13 == 7 else "spot",
        **fields,
    )
    told = [("opened", opened), ("fixed", fixed)]
    if back is not None:
        kind = ("reopened", "failed")[n % 2]
        told += [(kind, fixed + back * HOUR), ("fixed", fixed + (back + 5) * HOUR)]
    for kind, at in told:
        if at <= NOW:
            Event.objects.create(case=spot, kind=kind, at=at)
    return spot


def _complaints(n, spot):
    for k in range(3):
        at = spot.opened_at + (k - 1) * HOUR / 2
        complaint = make_complaint(
            customer=None if n % 9 == k else make_customer(),
            region=spot.region,
            received_at=at,
            occurred_at=at,
            resolved_at=None if k == n % 4 else min(spot.fixed_at, NOW),
            withdrawn_at=NOW if (n + k) % 7 == 0 else None,
        )
        until = spot.fixed_at - HOUR / 4 if (n + k) % 5 == 0 else None
        Membership.objects.create(case=spot, complaint=complaint, since=at, until=until)


def _clock(n, spot):
    due = spot.opened_at + (2 + n % 30) * HOUR
    ends = {
        0: {"satisfied_at": due - HOUR},
        1: {"satisfied_at": due},
        2: {"satisfied_at": due + HOUR},
        3: {"stopped_at": due},
        4: {"stopped_at": due + HOUR},
        5: {},
    }
    Clock.objects.create(
        case=spot,
        target=("reaction", "eta", "fix")[n % 3],
        policy=make_policy(order=n + 1),
        minutes=60,
        started_at=spot.opened_at,
        due_at=None if n % 17 == 5 else due,
        **ends[n % 6],
    )


def _voices(n, spot):
    at = min(spot.fixed_at + HOUR, NOW - HOUR / 2)
    who = make_customer() if n % 3 else Customer.objects.earliest("pk")
    event = Event.objects.filter(case=spot).earliest("pk")
    fields = {"case": spot, "customer": who, "event": event}
    if n % 5 == 4:
        invitation = make_invitation(survey=make_survey("touch"), touch_point="visit", **fields)
        make_answer(n % 11, invitation=invitation, at=at)
    else:
        invitation = make_invitation(**fields)
        if n % 4:
            make_answer(1 + n % 5, invitation=invitation, at=at)
        make_message(
            reason=("fixed", "area_fixed")[n % 10 == 8],
            invitation=invitation,
            handed_over_at=None if n % 7 == 0 else at,
            **fields,
        )
    state = ("delivered", "completed", "sent", "partial")[n % 4]
    Invitation.objects.filter(pk=invitation.pk).update(state=state, due_at=at)


def _call(n):
    who = {"origin": "own"} if n % 6 == 5 else {"origin": "page", "by": make_user("agent")}
    row = {"asked": "address", "situation": "nothing", "took_ms": 40, "call": UUID(int=n), **who}
    looked = Lookup.objects.create(at=NOW - n * DAY, **row)
    if n % 5:
        kind = ("answered", "passed_on")[n % 2]
        more = {"complaint": make_complaint(), "tell": True} if n % 2 else {}
        LookupOutcome.objects.create(
            lookup=looked, outcome=kind, at=looked.at + n * HOUR / 60, **more
        )


@pytest.mark.parametrize("days", [7, 30, 90])
def test_each_figure_of_the_pages_is_the_one_recounted(world, signed_in, days):
    client = signed_in(make_user("administrator", language="en"))
    asked = {"now": NOW, "zone": MOSCOW, "days": days}
    found = rows.read()

    whole = recounting.recounted(found, Asked(**asked))

    assert pages.shown(client, days=days) == whole
    for name in ("in a day", "kept", "through spots", "satisfied", "false", "passed on"):
        part, all_ = whole[name]
        assert 0 < part < all_, f"{name} says nothing here"
    assert whole["helped"] > (0, 0)
    teams = recounting.by_team(found, Asked(**asked))
    shown = pages.shown_by_team(client, days=days)
    assert len(shown) == 2 and shown == {team: teams[team] for team in shown}


def test_each_figure_of_a_year_is_the_one_recounted(world, signed_in):
    client = signed_in(make_user("administrator", language="en"))
    teams = recounting.by_team(rows.read(), Asked(now=NOW, zone=MOSCOW, days=365))

    shown = pages.shown_by_team(client, days=365)

    assert shown == {team: teams[team] for team in shown}
    assert all(one["opened"] > 10 for one in shown.values())


@pytest.mark.parametrize("side", ["team", "region"])
def test_each_figure_of_a_team_and_of_a_region_too(world, signed_in, side):
    client = signed_in(make_user("administrator", language="en"))
    one = Case.objects.exclude(team=None).earliest("pk")
    of = {side: getattr(one, f"{side}_id")}
    counted = recounting.recounted(rows.read(), Asked(now=NOW, zone=MOSCOW, days=90, **of))

    shown = pages.shown(client, days=90, **of)

    assert shown == counted
    assert shown != pages.shown(client, days=90)


def test_the_survey_board_is_the_one_recounted(world, signed_in):
    client = signed_in(make_user("administrator", language="en"))

    shown = pages.shown_on_board(client, days=30)

    assert shown == surveys.survey_board(rows.read(), now=NOW, days=30)
    assert all(part > 0 for part in shown["nps"] + shown["csat"] + shown["response"])


def test_before_and_after_is_the_one_recounted(world, signed_in):
    client = signed_in(make_user("administrator", language="en"))
    turned_on = (NOW - 34 * DAY).astimezone(MOSCOW).date()
    turned_at = datetime.combine(turned_on, time(), MOSCOW)
    found, days = rows.read(), 90
    spans = (
        Asked(now=turned_at - timedelta(microseconds=1), zone=MOSCOW, days=days),
        Asked(now=NOW, zone=MOSCOW, days=35),
    )

    shown = pages.shown_of_change(client, turned_on=turned_on, days=days)

    for of_page, asked in zip(shown, spans, strict=True):
        counted = recounting.of_span(found, asked)
        assert of_page == [one if one is None else pytest.approx(one) for one in counted]
        assert sum(one is not None for one in counted) >= 7


def test_the_scorecards_are_the_ones_recounted(world, signed_in):
    client = signed_in(make_user("administrator", language="en"))
    served = [make_user("agent", last_name=f"Agent {n}") for n in range(2)]
    for n in range(48):
        _talk(n, served[n % 2])
    over_midnight = Asked(now=NOW, zone=MOSCOW, days=30).since - timedelta(seconds=20)
    begun = make_lookup(served[0], at=over_midnight)
    make_lookup(served[0], at=over_midnight + timedelta(seconds=40), call=begun.call)

    shown = pages.shown_of_agents(client, days=30, seconds=60)

    names = {user.pk: name_of(user) for user in User.objects.all()}
    counted = talks.agents(rows.read(), Asked(now=NOW, zone=MOSCOW, days=30), seconds=60)
    assert shown == {pk and names[pk]: of for pk, of in counted.items()}
    for name, of in shown[None].items():
        assert name == "conversations" or 0 < of[0] < of[1], f"{name} says nothing here"


def _talk(n, agent):
    """Over the bounds of each definition: a minute, seven days, fourteen, a case's promise."""
    who = make_customer()
    row = {"brand": make_brand(), "region": make_region(), "customer": who}
    looked = make_lookup(agent, at=NOW - n * DAY * 2 / 3, **row)
    make_lookup(agent, **{**row, "at": looked.at + HOUR / 100, "call": looked.call})
    event = Event.objects.order_by("pk")[n]
    case = event.case if n % 3 else None
    if n % 7:
        more = {"complaint": make_complaint(), "tell": True, "case": case} if case else {}
        kind = "attached" if case else "answered"
        at = looked.at + (30 + n % 3 * 30) * HOUR / 3600
        LookupOutcome.objects.create(lookup=looked, outcome=kind, at=at, **more)
    if n % 4 == 1:
        again = looked.at + (2, 7, 7.01)[n % 3] * DAY
        if again <= NOW:
            make_lookup(agent, **{**row, "at": again})
    if n % 5:
        about = {"case": event.case, "event": event}
        told = make_invitation(customer=who, agent=(agent, None)[n % 2], **about)
        at = looked.at + (1, 14, 14.1)[n % 3] * DAY
        make_answer(1 + n % 5, invitation=told, at=min(at, NOW))
    if n % 8 == 3:
        MonthlyFact.objects.create(
            customer=who, month=looked.at.date().replace(day=1), revenue=1, left=True
        )
