"""The ledger: late facts, what was known when, promises made anew. NOW is Wednesday, 13:00."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from spots.models import Clock, LedgerEntry, WorkingTime
from spots.sla import transitions
from spots.sla.derivation import Category
from spots.sla.ledger import as_of, state_of
from spots.sla.matching import Facts
from spots.sla.models import LedgerKind, Target
from tests.factories import NOW, make_policy, make_spot, make_user, make_working_time

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIX = Target.FIX


@pytest.fixture(name="clock")
def promise_to_fix():
    """Two hours of working time from NOW: due at 15:00."""
    make_policy(10, reaction_minutes=None, eta_minutes=None, fix_minutes=120)
    return fix_of(started(make_spot()))


def standing(spot, *, band=2, since=NOW, **more):
    facts = Facts("spot", spot.brand_id, spot.region_id, spot.topic_id, band)
    return {spot.pk: transitions.Standing(facts, {FIX.value: since}, **more)}


def started(spot):
    transitions.promise_anew(standing(spot), by=None, now=NOW)
    return spot


def fix_of(spot):
    return Clock.objects.get(case=spot, target=FIX)


def told(clock, *fields):
    return list(clock.entries.order_by("number").values_list("kind", *fields))


def act(clock, name, now, **more):
    getattr(transitions, name)(case_id=clock.case_id, by=None, now=now, **more)
    clock.refresh_from_db()


def edit_calendar(clock, hours):
    working_time = WorkingTime.objects.get(pk=clock.policy.working_time_id)
    working_time.week = {str(day): [hours] for day in range(5)}
    working_time.save()


def test_while_it_is_paused_nothing_is_due_and_the_pause_is_given_back(clock):
    act(clock, "pause", NOW + HOUR, reason="access to the site")
    assert (clock.category, clock.due_at, clock.consumed_minutes) == (Category.PAUSED, None, 60)
    assert transitions.mark_breaches(now=NOW + 5 * DAY) == 0

    act(clock, "resume", NOW + DAY)

    assert (clock.category, clock.due_at) == (Category.OPEN, NOW + DAY + HOUR)
    assert told(clock, "due_before", "due_at", "reason")[1:] == [
        ("paused", NOW + 2 * HOUR, None, "access to the site"),
        ("resumed", None, NOW + DAY + HOUR, ""),
    ]


def test_what_was_missed_before_a_pause_is_noted_at_its_moment(clock):
    act(clock, "pause", NOW + 3 * HOUR, reason="")

    assert clock.breached_at == clock.due_at == NOW + 2 * HOUR
    assert told(clock, "at")[1:] == [
        ("breached", NOW + 2 * HOUR),
        ("paused", NOW + 3 * HOUR),
    ]


def test_the_version_grows_whenever_the_due_changes_and_only_then(clock):
    versions = [clock.due_version]
    for name, at, more in (
        ("pause", NOW + HOUR, {"reason": ""}),
        ("resume", NOW + 2 * HOUR, {}),
        ("satisfy", NOW + 2 * HOUR, {"target": FIX}),
    ):
        act(clock, name, at, **more)
        versions.append(clock.due_version)

    assert versions == [1, 2, 3, 3]


def test_a_pause_heard_of_late_moves_the_due_and_withdraws_the_breach(clock):
    transitions.mark_breaches(now=NOW + 3 * HOUR)

    act(clock, "pause", NOW + 4 * HOUR, at=NOW + HOUR, reason="")
    assert (clock.breached_at, clock.due_at) == (None, None)
    act(clock, "resume", NOW + 4 * HOUR, at=NOW + 3 * HOUR)

    assert (clock.breached_at, clock.due_at) == (None, NOW + 4 * HOUR)
    assert told(clock, "at", "recorded_at")[1:] == [
        ("breached", NOW + 2 * HOUR, NOW + 3 * HOUR),
        ("paused", NOW + HOUR, NOW + 4 * HOUR),
        ("withdrawn", NOW + 4 * HOUR, NOW + 4 * HOUR),
        ("resumed", NOW + 3 * HOUR, NOW + 4 * HOUR),
    ]


def test_a_pause_within_one_that_is_heard_of_late_still_counts_when_that_ends_before_it(clock):
    act(clock, "pause", NOW + 40 * MINUTE, at=NOW + 10 * MINUTE, reason="")
    act(clock, "pause", NOW + HOUR, reason="spare parts")  # it stands still already

    act(clock, "resume", NOW + 70 * MINUTE, at=NOW + 20 * MINUTE)
    assert (clock.category, clock.paused_since) == (Category.PAUSED, NOW + HOUR)
    act(clock, "resume", NOW + 2 * HOUR)

    assert clock.due_at == NOW + 3 * HOUR + 10 * MINUTE


def test_a_breach_that_was_withdrawn_may_come_true_after_all(clock):
    transitions.mark_breaches(now=NOW + 3 * HOUR)
    act(clock, "satisfy", NOW + 3 * HOUR, target=FIX, at=NOW + HOUR)
    assert (clock.breached_at, clock.satisfied_at) == (None, NOW + HOUR)

    act(clock, "reopen", NOW + 3 * HOUR, at=NOW + HOUR)

    assert clock.breached_at == NOW + 2 * HOUR
    kinds = [kind for (kind,) in told(clock)]
    assert kinds == ["started", "breached", "satisfied", "withdrawn", "reopened", "breached"]


def test_the_order_in_which_facts_arrive_makes_no_difference():
    make_policy(10, reaction_minutes=None, eta_minutes=None, fix_minutes=120)
    facts = [
        ("pause", NOW + 30 * MINUTE, {"reason": ""}),
        ("resume", NOW + HOUR, {}),
        ("satisfy", NOW + 2 * HOUR, {"target": FIX}),
    ]
    columns = ("due_at", "satisfied_at", "breached_at", "consumed_minutes", "category")
    found = set()
    for order in (facts, facts[::-1], [facts[1], facts[2], facts[0]]):
        clock = fix_of(started(make_spot()))
        for name, at, more in order:
            act(clock, name, NOW + 3 * HOUR, at=at, **more)
        found.add(Clock.objects.values_list(*columns).get(pk=clock.pk))

    assert found == {(NOW + 150 * MINUTE, NOW + 2 * HOUR, None, 90.0, "done")}


def test_what_is_told_twice_is_written_once(clock):
    for _ in range(2):
        act(clock, "pause", NOW + 3 * HOUR, at=NOW + HOUR, reason="")

    assert [kind for (kind,) in told(clock)] == ["started", "paused"]


def test_reopened_by_a_policy_that_restarts_it_counts_anew(clock):
    clock.policy.reopening = "restart"
    clock.policy.save()
    act(clock, "satisfy", NOW + 3 * HOUR, target=FIX)
    assert clock.breached_at == NOW + 2 * HOUR

    act(clock, "reopen", NOW + DAY)

    assert (clock.started_at, clock.due_at) == (NOW + DAY, NOW + DAY + 2 * HOUR)
    assert clock.breached_at is None
    assert told(clock, "mode")[-1] == ("reopened", "restart")
    assert [kind for (kind,) in told(clock)].count("breached") == 1


def test_promised_anew_the_pauses_survive_and_both_dues_are_told(clock):
    make_policy(1, band=1, reaction_minutes=None, eta_minutes=None, fix_minutes=60)
    act(clock, "pause", NOW + 10 * MINUTE, reason="")
    act(clock, "resume", NOW + 20 * MINUTE)

    again = standing(make_spot(), band=1)
    (urgent,) = again.values()
    for _ in range(2):
        transitions.promise_anew({clock.case_id: urgent}, by=None, now=NOW + 30 * MINUTE)

    clock.refresh_from_db()
    assert (clock.due_at, clock.minutes, clock.policy.order) == (NOW + 70 * MINUTE, 60, 1)
    fields = ("due_before", "due_at", "minutes", "policy__order", "policy_version__name")
    assert told(clock, *fields)[3:] == [
        ("promised", NOW + 130 * MINUTE, NOW + 70 * MINUTE, 60, 1, "policy 1")
    ]


def test_promised_anew_for_a_time_that_has_passed_it_is_missed_then(clock):
    make_policy(1, band=1, reaction_minutes=None, eta_minutes=None, fix_minutes=60)
    (urgent,) = standing(make_spot(), band=1).values()

    transitions.promise_anew({clock.case_id: urgent}, by=None, now=NOW + 90 * MINUTE)

    clock.refresh_from_db()
    assert clock.breached_at == clock.due_at == NOW + HOUR


def test_what_was_missed_is_promised_anew_for_the_ledger_only_and_once(clock):
    transitions.mark_breaches(now=NOW + 3 * HOUR)
    make_policy(1, band=1, reaction_minutes=None, eta_minutes=None, fix_minutes=600)
    (longer,) = standing(make_spot(), band=1).values()

    for hours in (4, 5):
        transitions.promise_anew({clock.case_id: longer}, by=None, now=NOW + hours * HOUR)
    act(clock, "satisfy", NOW + 6 * HOUR, target=FIX)

    assert clock.breached_at == clock.due_at == NOW + 2 * HOUR
    assert (clock.minutes, clock.policy.order, clock.due_version) == (120, 10, 1)
    assert told(clock, "minutes", "due_before", "due_at")[2:] == [
        ("promised", 600, NOW + 2 * HOUR, NOW + 2 * HOUR),
        ("satisfied", None, NOW + 2 * HOUR, NOW + 2 * HOUR),
    ]


def test_a_pause_before_it_was_missed_that_is_heard_of_late_withdraws_it_still(clock):
    transitions.mark_breaches(now=NOW + 3 * HOUR)
    make_policy(1, band=1, reaction_minutes=None, eta_minutes=None, fix_minutes=180)
    (longer,) = standing(make_spot(), band=1).values()
    transitions.promise_anew({clock.case_id: longer}, by=None, now=NOW + 3 * HOUR)

    act(clock, "resume", NOW + 3 * HOUR, at=NOW + 2 * HOUR)
    act(clock, "pause", NOW + 3 * HOUR, at=NOW + HOUR, reason="")

    assert (clock.breached_at, clock.due_at) == (None, NOW + 4 * HOUR)


def test_what_has_ended_is_not_promised_anew(clock):
    make_policy(1, band=1, reaction_minutes=None, eta_minutes=None, fix_minutes=60)
    act(clock, "satisfy", NOW + HOUR, target=FIX)
    (urgent,) = standing(make_spot(), band=1).values()

    assert transitions.promise_anew({clock.case_id: urgent}, by=None, now=NOW + HOUR) == 0


def test_what_no_policy_promises_any_more_ends_and_comes_back_with_one(clock):
    policy = clock.policy
    policy.band = 1
    policy.save()
    (usual,) = standing(make_spot(), band=2).values()
    transitions.promise_anew({clock.case_id: usual}, by=None, now=NOW + HOUR)
    clock.refresh_from_db()
    assert clock.category == Category.STOPPED

    policy.band = None
    policy.save()
    transitions.promise_anew({clock.case_id: usual}, by=None, now=NOW + 2 * HOUR)

    clock.refresh_from_db()
    assert (clock.category, clock.due_at) == (Category.OPEN, NOW + 3 * HOUR)


def test_a_promise_that_a_policy_adds_counts_from_the_opening():
    make_policy(1, band=1)
    make_policy(2, eta_minutes=None, reaction_minutes=None)
    spot = started(make_spot())
    (urgent,) = standing(spot, band=1).values()
    targets = dict.fromkeys((Target.ETA.value, FIX.value), NOW)

    case = transitions.Standing(urgent.facts, targets, paused=True)
    transitions.promise_anew({spot.pk: case}, by=None, now=NOW + HOUR)

    clocks = Clock.objects.filter(case=spot).order_by("target")
    assert [(clock.target, clock.started_at) for clock in clocks] == [
        (Target.ETA, NOW),
        (FIX, NOW),
    ]
    assert clocks[0].paused_since == NOW + HOUR


def test_merging_keeps_the_earliest_start_and_undoing_gives_the_own_one_back(clock):
    into = make_spot()
    transitions.promise_anew(standing(into, since=NOW + HOUR), by=None, now=NOW + HOUR)
    at = NOW + 90 * MINUTE

    transitions.merge(case_id=clock.case_id, into_id=into.pk, by=None, now=at)
    merged = fix_of(into)
    assert (merged.started_at, merged.due_at) == (NOW, NOW + 2 * HOUR)
    clock.refresh_from_db()
    assert clock.stopped_at == at

    transitions.unmerge(
        case_id=clock.case_id, into_id=into.pk, merged_at=at, by=None, now=at + HOUR / 2
    )
    own = fix_of(into)
    assert (own.started_at, own.due_at) == (NOW + HOUR, NOW + 3 * HOUR)
    clock.refresh_from_db()
    assert (clock.stopped_at, clock.due_at) == (None, NOW + 150 * MINUTE)


def test_as_of_a_moment_a_clock_stands_as_was_known_then(clock):
    act(clock, "pause", NOW + HOUR, reason="")
    then = NOW + 90 * MINUTE
    before = as_of(clock, then)
    assert before.category == Category.PAUSED
    assert as_of(clock, NOW - MINUTE) is None

    before_due = NOW + 125 * MINUTE
    act(clock, "resume", before_due, at=NOW + 70 * MINUTE)
    edit_calendar(clock, ["09:00", "13:30"])
    (usual,) = standing(make_spot()).values()
    transitions.promise_anew({clock.case_id: usual}, by=None, now=before_due)

    clock.refresh_from_db()
    assert as_of(clock, then) == before
    assert as_of(clock, then).due is None
    assert as_of(clock, NOW + 2 * HOUR).due is None
    assert state_of(clock).due == clock.due_at == NOW + DAY - 150 * MINUTE


def test_as_of_a_moment_the_calendar_is_that_of_then(clock):
    due = clock.due_at
    edit_calendar(clock, ["09:00", "13:30"])
    (usual,) = standing(make_spot()).values()

    transitions.promise_anew({clock.case_id: usual}, by=make_user("admin"), now=NOW + MINUTE)

    clock.refresh_from_db()
    assert (as_of(clock, NOW).due, clock.due_at) == (due, NOW + DAY - 150 * MINUTE)
    assert clock.entries.get(kind=LedgerKind.PROMISED).by.role == "admin"


def test_a_calendar_that_was_only_renamed_promises_nothing_anew(clock):
    working_time = clock.policy.working_time
    working_time.name = "other"
    working_time.save()
    (usual,) = standing(make_spot()).values()

    assert transitions.promise_anew({clock.case_id: usual}, by=None, now=NOW + MINUTE) == 0


def test_the_database_holds_no_second_entry_of_one_number(clock):
    row = clock.entries.get()
    row.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_raw_sql_cannot_rewrite_the_ledger(clock):
    for statement in (
        "UPDATE spots_ledgerentry SET reason = 'other'",
        "DELETE FROM spots_ledgerentry",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("late", [False, True], ids=["on time", "late"])
def test_two_workers_at_once_leave_one_row(late):
    make_policy(10, reaction_minutes=None, eta_minutes=None, working_time=make_working_time("x"))
    spot = make_spot()
    case = standing(spot)
    more = {"at": NOW + HOUR} if late else {}

    def both():
        transitions.promise_anew(case, by=None, now=NOW)
        transitions.satisfy(
            case_id=spot.pk, target=FIX, by=None, now=NOW + (2 * HOUR if late else HOUR), **more
        )
        connection.close()

    threads = [Thread(target=both) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Clock.objects.count() == 1
    kinds = LedgerEntry.objects.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["started", "satisfied"]
