"""The clocks of a case, from its opening to its end. NOW is a Wednesday, 13:00 in Moscow."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from spots.models import Clock, LedgerEntry
from spots.sla import tasks, transitions
from spots.sla.models import LedgerKind, Target
from tests.factories import (
    NOW,
    make_brand,
    make_policy,
    make_region,
    make_spot,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def start(spot, *, now=NOW, band=2):
    return transitions.start(
        case_id=spot.pk,
        brand_id=spot.brand_id,
        region_id=spot.region_id,
        topic_id=spot.topic_id,
        band=band,
        now=now,
    )


def fix_clock(spot):
    return Clock.objects.get(case=spot, target=Target.FIX)


def ledger(spot):
    entries = LedgerEntry.objects.filter(clock__case=spot, clock__target=Target.FIX)
    return [(entry.kind, entry.at, entry.by) for entry in entries.order_by("pk")]


def test_each_promise_of_the_policy_gets_a_clock_in_working_time():
    make_policy()
    spot = make_spot()

    start(spot)

    due = {clock.target: clock.due_at for clock in Clock.objects.filter(case=spot)}
    assert due == {
        Target.REACTION: NOW + HOUR,
        Target.ETA: NOW + 2 * HOUR,
        Target.FIX: NOW + DAY - HOUR,  # five hours today, three tomorrow
    }
    assert ledger(spot) == [(LedgerKind.STARTED, NOW, None)]
    assert LedgerEntry.objects.first().reason == "policy 1"


def test_the_first_policy_that_matches_decides():
    other = make_region("far", lon=60.0)
    make_policy(1, region=other)
    make_policy(2, band=1)
    make_policy(3, topic=make_topic("slow"))
    make_policy(4, brand=make_brand(), band=2)
    make_policy(5)

    assert {clock.policy.order for clock in start(make_spot())} == {4}
    assert {clock.policy.order for clock in start(make_spot(), band=3)} == {5}


def test_a_spot_of_several_topics_matches_no_policy_of_one_topic():
    make_policy(1, topic=make_topic())
    make_policy(2)

    assert {clock.policy.order for clock in start(make_spot(topic=None))} == {2}


def test_without_a_matching_policy_nothing_is_promised():
    make_policy(band=1)
    spot = make_spot()

    assert start(spot) == []
    transitions.satisfy(case_id=spot.pk, target=Target.FIX, by=None, now=NOW)
    transitions.stop(case_id=spot.pk, by=None, reason="", now=NOW)
    transitions.reopen(case_id=spot.pk, by=None, now=NOW)
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("minutes", [None, 0])
def test_no_minutes_are_no_promise(minutes):
    make_policy(fix_minutes=minutes)

    assert {clock.target for clock in start(make_spot())} == {Target.REACTION, Target.ETA}


@pytest.mark.parametrize("late", [False, True], ids=["at the due time", "a microsecond late"])
def test_a_promise_is_kept_up_to_its_due_time(late):
    make_policy()
    spot, engineer = make_spot(), make_user("engineer")
    due = start(spot)[-1].due_at
    now = due + timedelta.resolution if late else due

    transitions.satisfy(case_id=spot.pk, target=Target.FIX, by=engineer, now=now)

    clock = fix_clock(spot)
    assert (clock.satisfied_at, clock.breached_at) == (now, due if late else None)
    missed = [(LedgerKind.BREACHED, due, None)] if late else []
    assert ledger(spot)[1:] == [*missed, (LedgerKind.SATISFIED, now, engineer)]


def test_a_promise_is_kept_once():
    make_policy()
    spot, engineer = make_spot(), make_user("engineer")
    start(spot)

    for hours in (1, 2):
        now = NOW + hours * HOUR
        transitions.satisfy(case_id=spot.pk, target=Target.FIX, by=engineer, now=now)

    assert ledger(spot)[1:] == [(LedgerKind.SATISFIED, NOW + HOUR, engineer)]
    assert Clock.objects.filter(case=spot, satisfied_at=None).count() == 2


def test_a_promise_is_missed_at_its_due_time_however_late_and_often_the_sweep_runs():
    make_policy(reaction_minutes=None, eta_minutes=None)
    spot = make_spot()
    (clock,) = start(spot)

    assert transitions.mark_breaches(now=clock.due_at) == 0
    assert transitions.mark_breaches(now=clock.due_at + 3 * DAY) == 1
    assert transitions.mark_breaches(now=clock.due_at + 3 * DAY) == 0
    assert tasks.mark_breaches() == 0
    assert fix_clock(spot).breached_at == clock.due_at
    assert ledger(spot)[1:] == [(LedgerKind.BREACHED, clock.due_at, None)]


def test_the_sweep_takes_the_longest_overdue_first():
    make_policy(1, reaction_minutes=None, eta_minutes=None)
    young, old = make_spot(), make_spot()
    start(young)
    start(old, now=NOW - DAY)

    transitions.mark_breaches(now=NOW + 5 * DAY, limit=1)

    assert (fix_clock(young).breached_at, bool(fix_clock(old).breached_at)) == (None, True)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_leave_one_breach_each():
    make_policy(eta_minutes=None)
    for _ in range(20):
        start(make_spot())
    found = []

    def sweep():
        found.append(transitions.mark_breaches(now=NOW + 5 * DAY))
        connection.close()

    threads = [Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert sum(found) == 40
    assert LedgerEntry.objects.filter(kind=LedgerKind.BREACHED).count() == 40


def test_stopping_ends_every_open_promise_with_author_and_reason():
    make_policy()
    spot, dispatcher = make_spot(), make_user("dispatcher")
    start(spot)
    transitions.satisfy(case_id=spot.pk, target=Target.REACTION, by=None, now=NOW)

    transitions.stop(case_id=spot.pk, by=dispatcher, reason="not ours", now=NOW + HOUR)
    transitions.stop(case_id=spot.pk, by=None, reason="again", now=NOW + 2 * HOUR)

    stopped = LedgerEntry.objects.filter(kind=LedgerKind.STOPPED)
    assert set(stopped.values_list("clock__target", "by", "reason", "at")) == {
        (Target.ETA, dispatcher.pk, "not ours", NOW + HOUR),
        (Target.FIX, dispatcher.pk, "not ours", NOW + HOUR),
    }
    assert transitions.mark_breaches(now=NOW + 5 * DAY) == 0


def test_time_in_which_the_case_was_fixed_is_a_pause():
    make_policy()
    spot, dispatcher = make_spot(), make_user("dispatcher")
    start(spot)

    transitions.satisfy(case_id=spot.pk, target=Target.FIX, by=None, now=NOW + HOUR)
    transitions.reopen(case_id=spot.pk, by=dispatcher, now=NOW + 3 * HOUR)

    clock = fix_clock(spot)
    assert (clock.due_at, clock.satisfied_at) == (NOW + DAY + HOUR, None)
    assert ledger(spot)[2:] == [(LedgerKind.REOPENED, NOW + 3 * HOUR, dispatcher)]
    assert LedgerEntry.objects.latest("pk").due_at == clock.due_at


def test_every_pause_counts_once_and_in_working_time_only():
    make_policy()
    spot = make_spot()
    start(spot)

    for begin, end in ((1 * HOUR, 3 * HOUR), (4 * HOUR, DAY - 4 * HOUR + MINUTE)):
        transitions.satisfy(case_id=spot.pk, target=Target.FIX, by=None, now=NOW + begin)
        transitions.reopen(case_id=spot.pk, by=None, now=NOW + end)

    # two hours, and from 17:00 to 18:00 and 09:00 to 09:01 of the next day
    assert fix_clock(spot).due_at == NOW + DAY - HOUR + 3 * HOUR + MINUTE


def test_a_missed_promise_that_is_reopened_stays_missed_at_its_moment():
    make_policy()
    spot = make_spot()
    due = start(spot)[-1].due_at
    transitions.satisfy(case_id=spot.pk, target=Target.FIX, by=None, now=NOW + 2 * DAY)

    transitions.reopen(case_id=spot.pk, by=None, now=NOW + 3 * DAY)

    clock = fix_clock(spot)
    assert (clock.breached_at, clock.due_at, clock.satisfied_at) == (due, due, None)
    transitions.satisfy(case_id=spot.pk, target=Target.FIX, by=None, now=NOW + 4 * DAY)
    kinds = [kind for kind, _, _ in ledger(spot)]
    assert kinds == ["started", "breached", "satisfied", "reopened", "satisfied"]


def test_promises_that_a_dismissal_stopped_run_on_and_kept_ones_stay_kept():
    make_policy()
    spot = make_spot()
    start(spot)
    transitions.satisfy(case_id=spot.pk, target=Target.REACTION, by=None, now=NOW + MINUTE)
    transitions.stop(case_id=spot.pk, by=None, reason="no", now=NOW + HOUR)

    transitions.reopen(case_id=spot.pk, by=None, now=NOW + 2 * HOUR)

    rows = Clock.objects.filter(case=spot).values_list("target", "due_at", "satisfied_at")
    assert set(rows) == {
        (Target.REACTION, NOW + HOUR, NOW + MINUTE),
        (Target.ETA, NOW + 3 * HOUR, None),
        (Target.FIX, NOW + DAY, None),
    }
