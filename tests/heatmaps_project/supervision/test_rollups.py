"""Sums by the hour: whatever happens, in whatever order, they are what counting anew gives."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from complaints.customers.personal import blind_index
from complaints.customers.walls import NO_WALLS
from complaints.models import Complaint, Customer, OwnNumber
from feedback.models import Answer, Invitation
from heatmaps_project.models import HourlyFact, LookupOutcome, RolledDay, StaleDay
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.reading import summed
from heatmaps_project.supervision.rollups.spans import Span, between
from heatmaps_project.supervision.rollups.transitions import roll_up
from heatmaps_project.supervision.scope import Scope
from spots.models import Case, Clock, Event, Membership
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_invitation,
    make_lookup,
    make_own_number,
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
DAYS = 12
MOSCOW = ZoneInfo("Europe/Moscow")
WHOLE = Span(NOW - DAYS * DAY, NOW)
KEYS = ("team", "topic", "what", "day")


def scope(**fields):
    row = {"walls": NO_WALLS, "now": NOW, "zone": MOSCOW, "days": DAYS - 1, **fields}
    return Scope(**row)


def told(zone=MOSCOW, days=DAYS - 1, by=KEYS):
    asked = scope(zone=zone, days=days)
    return summed(asked, list(Fact), [Span(asked.since(), NOW)], by=by)


def rows():
    return sorted(HourlyFact.objects.values_list(*_FIELDS), key=repr)


_FIELDS = [field.name for field in HourlyFact._meta.fields if field.name != "id"]


class World:
    """Two spots, what is counted of them, and whatever may happen to it."""

    def __init__(self):
        self.people = [make_customer(), make_customer()]
        for one in self.people:
            Customer.objects.filter(pk=one.pk).update(phone_index=blind_index(one.phone))
        self.teams, self.regions = [None, make_team()], [make_region(), make_region("far")]
        self.topics, self.by = [make_topic(), make_topic("slow")], [None, make_user()]
        opened = [NOW - 11 * DAY, NOW - 8 * DAY]
        self.spots = [make_spot(opened_at=at, started_at=at - HOUR) for at in opened]
        for spot in self.spots:
            Event.objects.create(case=spot, kind="opened", at=spot.opened_at)
        self.complaints = [make_complaint(customer=one) for one in self.people]
        for one in self.complaints:
            Membership.objects.create(case=self.spots[0], complaint=one, since=opened[0])
        self.policy = make_policy()

    def happens(self, what, n, hours):
        at = NOW - hours * HOUR
        spot = Case.objects.get(pk=self.spots[n % 2].pk)
        complaint = Complaint.objects.get(pk=self.complaints[n % 2].pk)
        getattr(self, what)(n, at, spot, complaint)

    def event(self, n, at, spot, _complaint):
        kind = ("fixed", "reopened", "failed", "commented")[n % 4]
        Event.objects.create(case=spot, kind=kind, at=at, by=self.by[n // 4 % 2])

    def case(self, n, at, spot, _complaint):
        changes = (
            {"team": self.teams[n // 5 % 2]},
            {"region": self.regions[n // 5 % 2]},
            {"kind": ("spot", "single")[n // 5 % 2]},
            {"topic": self.topics[n // 5 % 2]},
            {"opened_at": at, "ended_at": at + HOUR},
            {"state": "dismissed", "dismissed_for": "test", "merged_into": None, "ended_at": at},
            {"state": "closed", "dismissed_for": "", "merged_into": None, "ended_at": at},
            {"state": "merged", "dismissed_for": "", "merged_into": self.spots[(n + 1) % 2]},
        )
        Case.objects.filter(pk=spot.pk).update(**changes[n % len(changes)])

    def clock(self, n, at, spot, _complaint):
        ends = {"satisfied_at": (at, at + HOUR)[n % 2]} if n % 3 else {"stopped_at": at}
        fields = {"minutes": 60, "started_at": at - DAY, "due_at": at, "policy": self.policy}
        Clock.objects.update_or_create(
            case=spot,
            target=("fix", "eta")[n // 2 % 2],
            defaults={
                **fields,
                "satisfied_at": None,
                "stopped_at": None,
                **(ends if n % 5 else {}),
            },
        )

    def clock_gone(self, _n, _at, spot, _complaint):
        Clock.objects.filter(case=spot).delete()

    def complaint(self, n, at, _spot, complaint):
        changes = (
            {"resolved_at": at},
            {"resolved_at": None},
            {"withdrawn_at": (None, at)[n // 5 % 2]},
            {"customer": (*self.people, None)[n % 3]},
            {"received_at": at},
            {"region": (*self.regions, None)[n % 3]},
        )
        Complaint.objects.filter(pk=complaint.pk).update(**changes[n % len(changes)])

    def member(self, n, at, spot, complaint):
        Membership.objects.filter(complaint=complaint, until=None, since__lte=at).update(until=at)
        if not Membership.objects.filter(complaint=complaint, until=None).exists():
            Membership.objects.create(case=spot, complaint=complaint, since=at)
        elif n % 3 == 0:
            Membership.objects.filter(complaint=complaint, until=None).delete()

    def answer(self, n, at, spot, _complaint):
        event = Event.objects.filter(case=spot).latest("pk")
        asked = Invitation.objects.filter(case=spot, event=event, customer=self.people[n % 2])
        invitation = asked.first() or make_invitation(
            case=spot,
            customer=self.people[n % 2],
            event=event,
            survey=make_survey(("fixed", "touch")[n // 2 % 2]),
        )
        given = Answer.objects.filter(invitation=invitation)
        if not given.update(score=1 + n % 5, at=at):
            make_answer(1 + n % 5, invitation=invitation, at=at)
        elif n % 7 == 0:
            given.delete()

    def call(self, n, at, _spot, _complaint):
        looked = make_lookup(
            by=self.by[1],
            call=UUID(int=n % 3),
            at=at,
            brand=(None, make_brand())[n % 2],
            region=(None, *self.regions)[n % 3],
        )
        if n % 4:
            kind = ("answered", "passed_on")[n % 2]
            more = {"complaint": self.complaints[0], "tell": True} if n % 2 else {}
            LookupOutcome.objects.create(lookup=looked, outcome=kind, at=at + n * HOUR / 9, **more)

    def customer(self, n, _at, _spot, _complaint):
        one = Customer.objects.get(pk=self.people[n % 2].pk)
        if n % 3 == 0:
            Customer.objects.filter(pk=one.pk).update(segment=("mass", "test")[n // 3 % 2])
        elif not OwnNumber.objects.all().delete()[0]:
            make_own_number(one.phone)

    def summed(self, n, _at, _spot, _complaint):
        roll_up(now=NOW - n % 3 * DAY, days=DAYS)


HAPPENINGS = st.tuples(
    st.sampled_from(
        [name for name in vars(World) if not name.startswith("_") and name != "happens"]
    ),
    st.integers(0, 39),
    st.integers(0, 24 * (DAYS - 2)),
)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # to shrink takes a database minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(happenings=st.lists(HAPPENINGS, min_size=6, max_size=14))
def test_what_is_summed_is_what_counting_anew_gives(db, happenings):
    with transaction.atomic():
        world = World()
        roll_up(now=NOW, days=DAYS)
        for what, n, hours in happenings:
            world.happens(what, n, hours)

        with_stale_days = told()
        roll_up(now=NOW, days=DAYS)
        assert not StaleDay.objects.exists()
        assert told() == with_stale_days, "a stale day was not noted"
        step_by_step = rows()
        RolledDay.objects.all().delete()
        assert told() == with_stale_days, "summed and live differ"
        HourlyFact.objects.all().delete()
        roll_up(now=NOW, days=DAYS)
        assert rows() == step_by_step
        transaction.set_rollback(True)


def test_every_fact_is_summed_and_read_live_alike_in_every_zone():
    world = World()
    make_complaint(resolved_at=NOW - 3 * DAY)  # alone
    happenings = (
        *(("event", 4), ("case", 8), ("case", 5), ("clock", 1), ("complaint", 0), ("answer", 0)),
        ("call", 1),
    )
    for what, n in happenings:
        world.happens(what, n, 50 + n)
    zones = [ZoneInfo(name) for name in ("Asia/Vladivostok", "Asia/Kolkata", "UTC")]
    live = [told(zone, by=("day",)) for zone in zones]

    assert roll_up(now=NOW, days=DAYS) == DAYS * len(Fact)
    assert {fact for fact, _day in live[0]} == set(Fact)
    assert [told(zone, by=("day",)) for zone in zones] == live
    assert roll_up(now=NOW, days=DAYS) == 0
    with connection.cursor() as cursor:  # nothing of it was read live but in India
        cursor.execute("UPDATE heatmaps_project_hourlyfact SET n = 1000 * n")
    now = [told(zone, by=("day",)) for zone in zones]
    assert [one == then for one, then in zip(now, live, strict=True)] == [False, True, False]


def test_a_clock_set_back_over_midnight_sums_no_older_day_and_one_gone_right_no_fewer():
    roll_up(now=NOW, days=DAYS)

    assert roll_up(now=NOW - DAY, days=DAYS) == 0
    assert roll_up(now=NOW + 3 * DAY, days=DAYS) == 3 * len(Fact)


def test_a_period_counts_a_spot_once_however_often_it_was_fixed():
    spot = make_spot()
    for ago in (9, 6, 3):
        Event.objects.create(case=spot, kind="fixed", at=NOW - ago * DAY)
    roll_up(now=NOW, days=DAYS)

    found = {
        days: summed(scope(), [Fact.FIXED], [Span(NOW - days * DAY - HOUR, NOW)])
        for days in (10, 7, 4, 1)
    }

    assert [found[days][Fact.FIXED,][0].n for days in (10, 7, 4)] == [1, 1, 1]
    assert found[1] == {}
    by_day = summed(scope(), [Fact.FIXED], [Span(NOW - 10 * DAY - HOUR, NOW)], by=["day"])
    assert [one.n for [one] in by_day.values()] == [1, 1, 1]


def test_what_happens_today_notes_no_day_and_what_is_heard_of_late_does():
    spot, now = make_spot(opened_at=timezone.now()), timezone.now()
    Event.objects.create(case=spot, kind="fixed", at=now)
    assert not StaleDay.objects.exists()

    for _again in range(3):
        Event.objects.create(case=spot, kind="fixed", at=now - 5 * DAY)

    noted = list(StaleDay.objects.values_list("fact", "day").distinct())
    assert noted == [("fixed", (now - 5 * DAY).astimezone(UTC).date())]


def test_spans_are_cut_and_complemented():
    at = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 8)]
    spans = [Span(at[0], at[2]), Span(at[3], at[4])]

    assert between(spans, Span(at[1], at[6])) == [Span(at[2], at[3]), Span(at[4], at[6])]
    assert between([], Span(at[1], at[2])) == [Span(at[1], at[2])]
    assert between(spans, Span(at[0], at[2])) == []
