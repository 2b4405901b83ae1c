"""A month of simulated work reconciles to the minute with a replay that trusts nobody."""

from datetime import timedelta

import pytest
from django.db.models import Count

from spots.models import Clock, LedgerEntry, Recomputation
from spots.sla.in_force import matching, policies_in_force
from spots.sla.matching import Facts
from spots.sla.of_case import ASKED_BY
from tests.spots.cases.promises.month.replay import Replay, Shown
from tests.spots.cases.promises.month.work import BEGIN, OFTEN, Work

pytestmark = pytest.mark.django_db


@pytest.fixture(name="work", scope="module")
def month_of_work(rows_of_all: None) -> Work:
    work = Work()
    work.month()
    return work


def clocks() -> list[Clock]:
    return list(Clock.objects.select_related("policy__working_time", "case").order_by("pk"))


def test_every_clock_shows_what_the_replay_counts_minute_by_minute(work):
    replay = Replay(work.diary, begin=BEGIN - timedelta(days=2), end=work.now)

    found = {
        clock.pk: Shown(
            status=clock.category,
            since=clock.started_at,
            due=clock.due_at,
            used=clock.consumed_minutes,
            ended=clock.satisfied_at or clock.stopped_at,
            missed=clock.breached_at,
        )
        for clock in clocks()
    }

    expected = {clock.pk: replay.shown(clock) for clock in clocks()}
    assert {pk: (found[pk], expected[pk]) for pk in found if found[pk] != expected[pk]} == {}


def test_as_of_any_moment_of_the_month_every_clock_stands_as_it_was_shown_then(work):
    by_number = {clock.pk: clock for clock in clocks()}

    changed = [
        (number, moment)
        for number, moment, said in work.answers
        if work.told(by_number[number], moment) != said
    ]

    assert len({moment for _, moment, _ in work.answers}) > 3
    assert changed == []


def test_what_is_open_is_promised_by_the_policy_that_matches_now(work):
    """What was missed stays as it was promised then: for it, the ledger holds what was asked."""
    policies = policies_in_force()
    wrong, stay = [], 0
    for clock in clocks():
        case = clock.case
        facts = Facts(case.kind, case.brand_id, case.region_id, case.topic_id, case.band)
        policy = matching(policies, facts)
        if clock.category in ("open", "paused") and case.state not in ("fixed", "verifying"):
            promised = policy.offer.minutes.get(clock.target)
            matches, holds = (policy.offer.policy, promised), (clock.policy_id, clock.minutes)
            if holds != matches and clock.breached_at:
                entries = clock.entries.exclude(minutes=None).order_by("number")
                holds, stay = entries.values_list("policy", "minutes").last(), stay + 1
            if holds != matches:
                wrong.append((case.pk, clock.target))

    assert wrong == []
    assert stay > 0


def test_every_clock_says_of_its_case_what_the_case_does(work):
    own = Clock.objects.order_by("pk").values_list(*ASKED_BY)
    of_cases = Clock.objects.order_by("pk").values_list(*(f"case__{name}" for name in ASKED_BY))

    assert list(own) == list(of_cases)
    assert Clock.objects.exclude(team=None).exclude(engineer=None).exists()


def test_no_due_time_was_missed_twice(work):
    breaches = LedgerEntry.objects.filter(kind="breached").values("clock", "due_version")

    assert breaches.annotate(n=Count("pk")).filter(n__gt=1).count() == 0
    assert breaches.count() > 10


def test_everything_that_can_happen_did(work):
    assert set(work.done) == set(OFTEN)
    assert Recomputation.objects.filter(finished_at=None).count() == 0
    assert set(LedgerEntry.objects.values_list("mode", flat=True)) == {"", "continue", "restart"}
    assert LedgerEntry.objects.filter(kind="withdrawn").exists()
