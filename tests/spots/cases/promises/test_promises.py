"""The promises of a case follow its life. NOW is a Wednesday, 13:00 in Moscow."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from spots.cases import transitions
from spots.cases.promises import standings_of
from spots.cases.states import CATEGORIES, State
from spots.cases.transitions.promises import promise, promised_anew
from spots.cases.transitions.ranking import recounted
from spots.models import Case, Clock, LedgerEntry, Policy
from spots.sla.derivation import Category
from spots.sla.in_force import matching, policies_in_force
from spots.sla.models import Target
from spots.sla.transitions import mark_breaches
from tests.factories import (
    NOW,
    make_cause,
    make_complaint,
    make_complaints,
    make_customer,
    make_policy,
    make_spot,
    make_team,
    make_user,
    make_weights,
    make_working_time,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROUND_THE_CLOCK = {str(day): [["00:00", "24:00"]] for day in range(7)}


def make_usual(order=10, **fields):
    """Everything within ten hours, day and night."""
    always = make_working_time("always", week=ROUND_THE_CLOCK)
    minutes = dict.fromkeys(("reaction_minutes", "eta_minutes", "fix_minutes"), 600)
    return make_policy(order, **{"working_time": always, **minutes, **fields})


def opened(*, state="accepted", complaints=3, **fields):
    members = [make_complaint() for _ in range(complaints)]
    row = {"state": state, "team": make_team(), "opened_at": NOW, "accepted_at": NOW, **fields}
    spot = make_spot(complaints=members, **row)
    promise(spot, since=NOW, now=NOW)
    return spot


def fix_of(case):
    return Clock.objects.get(case=case, target=Target.FIX)


def move(case, name, hours, **said):
    by = None if name in ("verify", "fail", "close") else make_user("dispatcher")
    return getattr(transitions, name)(case_id=case.pk, by=by, now=NOW + hours * HOUR, **said)


def test_every_state_has_a_category():
    assert set(CATEGORIES) == set(State)


def test_waiting_is_a_pause_with_its_reason_and_going_on_ends_it():
    make_usual()
    case = opened()

    move(case, "wait", 1, waits_for="parts")
    assert (fix_of(case).category, fix_of(case).due_at) == (Category.PAUSED, None)
    paused = LedgerEntry.objects.filter(kind="paused", clock__case=case)
    assert set(paused.values_list("reason", flat=True)) == {"spare parts"}

    move(case, "resume", 4)
    assert (fix_of(case).category, fix_of(case).due_at) == (Category.OPEN, NOW + 13 * HOUR)


@pytest.mark.parametrize(
    ("name", "said", "category"),
    [
        ("route", {"reason": "not_ours"}, Category.OPEN),
        ("dismiss", {"dismissed_for": "not_network"}, Category.STOPPED),
    ],
    ids=["given to another team", "dismissed"],
)
def test_leaving_the_wait_by_any_move_ends_the_pause(name, said, category):
    make_usual()
    case = opened()
    move(case, "wait", 1, waits_for="parts")
    team = {"team": make_team("other")} if name == "route" else {}

    move(case, name, 2, **said, **team)

    assert fix_of(case).category == category


def test_fixed_verified_and_closed_are_done_and_a_fix_that_failed_runs_on():
    make_usual()
    case = opened(state="fixing", cause=make_cause(), eta_at=NOW + 5 * HOUR)

    move(case, "fix", 1)
    move(case, "verify", 2)
    assert (fix_of(case).category, fix_of(case).satisfied_at) == (Category.DONE, NOW + HOUR)

    move(case, "fail", 4, evidence={"complaints": 3})
    assert (fix_of(case).category, fix_of(case).due_at) == (Category.OPEN, NOW + 13 * HOUR)


def test_a_case_reopened_after_its_dismissal_runs_on():
    make_usual()
    case = opened()
    move(case, "dismiss", 1, dismissed_for="not_network")
    stopped = LedgerEntry.objects.filter(kind="stopped", clock__case=case)
    assert set(stopped.values_list("reason", flat=True)) == {"not a network fault"}

    move(case, "reopen", 3, note="it is one")

    assert (fix_of(case).category, fix_of(case).due_at) == (Category.OPEN, NOW + 12 * HOUR)


def test_another_band_promises_anew_only_if_it_has_another_policy():
    make_usual()
    make_usual(1, band=1, fix_minutes=60)
    make_weights()
    case = opened(band=4)

    case.band = 3
    assert promised_anew([case], now=NOW + MINUTE) == 0
    case.band = 1
    assert promised_anew([case], now=NOW + MINUTE) == 3

    assert fix_of(case).due_at == NOW + HOUR
    assert fix_of(case).entries.count() == 2


def test_the_sweep_of_priorities_promises_anew_what_came_into_another_band():
    make_usual()
    make_usual(1, band=4, fix_minutes=60)
    make_weights()
    case = opened(band=1)
    assert fix_of(case).due_at == NOW + 10 * HOUR

    transitions.refresh_priorities(now=NOW + MINUTE)

    case.refresh_from_db()
    assert (case.band, fix_of(case).due_at) == (4, NOW + HOUR)


def test_complaints_that_join_promise_anew_in_the_same_transaction():
    make_usual()
    make_usual(1, band=4, fix_minutes=60)
    make_weights()
    case = opened(band=1)

    transitions.attach(case_id=case.pk, complaint_id=make_complaint().pk, by=None, now=NOW + MINUTE)

    assert fix_of(case).due_at == NOW + HOUR


def test_merged_cases_keep_the_earliest_start_and_undone_their_own():
    make_usual()
    early, late = opened_since(NOW - 2 * HOUR), opened()

    transitions.merge(case_id=early.pk, into_id=late.pk, by=make_user(), now=NOW + HOUR)
    assert fix_of(late).started_at == NOW - 2 * HOUR
    assert fix_of(early).category == Category.STOPPED

    event = early.events.get(kind="merged")
    transitions.undo_regrouping(event_id=event.pk, by=make_user(), now=NOW + 2 * HOUR)
    assert fix_of(late).started_at == NOW
    assert (fix_of(early).category, fix_of(early).due_at) == (Category.OPEN, NOW + 9 * HOUR)


def opened_since(since):
    spot = make_spot(
        complaints=[make_complaint()], state="accepted", team=make_team(), opened_at=since
    )
    promise(spot, since=since, now=since)
    return spot


def test_a_part_has_the_start_and_the_pauses_of_its_whole():
    make_usual()
    whole = opened()
    move(whole, "wait", 1, waits_for="parts")
    move(whole, "resume", 3)
    chosen = whole.memberships.values_list("complaint_id", flat=True)[:1]

    part = move(whole, "split", 4, complaint_ids=list(chosen))

    assert (fix_of(part).started_at, fix_of(part).due_at) == (NOW, NOW + 12 * HOUR)
    assert fix_of(whole).due_at == NOW + 12 * HOUR
    assert not LedgerEntry.objects.filter(kind="breached").exists()


def test_what_was_missed_stays_so_when_the_case_becomes_less_urgent():
    case = busy_until_missed()
    gone = list(case.memberships.values_list("complaint_id", flat=True)[:55])

    move(case, "detach_several", 12, complaint_ids=gone)
    assert (Case.objects.get(pk=case.pk).band, fix_of(case).policy.name) == (4, "busy")
    assert fix_of(case).breached_at == fix_of(case).due_at == NOW + 10 * HOUR
    move(case, "attach_several", 13, complaint_ids=gone)

    assert fix_of(case).breached_at == NOW + 10 * HOUR
    assert not LedgerEntry.objects.filter(kind="withdrawn").exists()


@pytest.mark.parametrize("rest", [None, 60000])
def test_what_a_spot_has_missed_both_parts_of_it_have(rest):
    whole = busy_until_missed(rest=rest)
    chosen = list(whole.memberships.values_list("complaint_id", flat=True)[:30])

    part = move(whole, "split", 12, complaint_ids=chosen)

    for case in (whole, part):
        clock = fix_of(case)
        assert (clock.started_at, clock.minutes) == (NOW, 600)
        assert clock.breached_at == clock.due_at == NOW + 10 * HOUR
        assert (clock.stopped_at is None) == (rest is not None)
        assert clock.entries.filter(kind="breached").count() == 1
    started = fix_of(part).entries.get(kind="started")
    assert (started.reason, started.policy.name) == (f"№ {whole.pk}", "busy")
    assert started.calendar_version_id is not None


def test_merged_into_a_less_urgent_spot_it_stays_missed():
    case = busy_until_missed()
    calm = opened(complaints=2)

    move(case, "merge", 12, into_id=calm.pk)

    assert fix_of(case).breached_at == NOW + 10 * HOUR
    assert fix_of(case).stopped_at == NOW + 12 * HOUR


@pytest.mark.parametrize("reopening", ["restart", "continue"])
def test_what_was_missed_stays_so_when_it_is_dismissed_and_taken_up_again(reopening):
    make_usual(reopening=reopening)
    case = opened(state="routed", accepted_at=None)
    move(case, "dismiss", 12, dismissed_for="not_network")

    move(case, "reopen", 13, note="it is one")

    for target in (Target.REACTION, Target.FIX):
        clock = Clock.objects.get(case=case, target=target)
        assert clock.breached_at == clock.due_at == NOW + 10 * HOUR
        assert clock.entries.filter(kind="breached").count() == 1


def test_what_was_dismissed_in_time_counts_anew_if_the_policy_says_so():
    make_usual(reopening="restart")
    case = opened(state="routed")
    move(case, "dismiss", 9, dismissed_for="not_network")

    move(case, "reopen", 13, note="it is one")

    assert fix_of(case).due_at == NOW + 23 * HOUR


def busy_until_missed(*, rest=60000):
    """A spot of 60 people, urgent because of them, and two hours late. rest: of calmer ones."""
    always = make_working_time("always", week=ROUND_THE_CLOCK)
    for band in (1, 2):
        make_policy(band, name="busy", band=band, fix_minutes=600, working_time=always)
    make_policy(3, name="rest", fix_minutes=rest, working_time=always)
    at = {"occurred_at": NOW, "received_at": NOW, "placed_at": NOW}
    rows = make_complaints([{"customer": make_customer(), **at} for _ in range(60)])
    case = make_spot(complaints=rows, state="accepted", team=make_team(), opened_at=NOW)
    recounted(case, now=NOW)
    assert (case.band, fix_of(case).due_at) == (2, NOW + 10 * HOUR)
    mark_breaches(now=NOW + 12 * HOUR)
    return case


def test_a_part_of_what_counts_anew_counts_from_then_and_its_other_promises_as_they_did():
    make_usual(reopening="restart")
    whole = opened(state="fixing", cause=make_cause(), eta_at=NOW + 5 * HOUR)
    move(whole, "fix", 1)
    move(whole, "reopen", 30, note="it is back")
    chosen = whole.memberships.values_list("complaint_id", flat=True)[:1]

    part = move(whole, "split", 31, complaint_ids=list(chosen))

    assert fix_of(part).started_at == fix_of(whole).started_at == NOW + 30 * HOUR
    assert fix_of(part).breached_at is None
    assert Clock.objects.get(case=part, target=Target.ETA).started_at == NOW


def test_a_single_case_promises_an_answer_from_the_reception_of_its_complaint():
    make_usual(first_answer_minutes=120)
    complaint = make_complaint(received_at=NOW - HOUR)
    case = transitions.open_single(complaint_id=complaint.pk, by=None, now=NOW)

    clock = Clock.objects.get(case=case, target=Target.FIRST_ANSWER)
    assert (clock.started_at, clock.due_at) == (NOW - HOUR, NOW + HOUR)

    agent = make_user("dispatcher")
    transitions.answer(case_id=case.pk, text="We are on it.", by=agent, now=NOW + HOUR)
    clock.refresh_from_db()
    assert (clock.category, clock.breached_at) == (Category.DONE, None)


def test_a_spot_promises_no_first_answer():
    make_usual(first_answer_minutes=120)

    targets = set(Clock.objects.filter(case=opened()).values_list("target", flat=True))

    assert targets == {Target.REACTION, Target.ETA, Target.FIX}


def test_policies_ask_for_an_area_and_for_shares_of_segments():
    here = MultiPolygon(Polygon.from_bbox((37.0, 55.0, 38.0, 56.0)), srid=4326)
    there = MultiPolygon(Polygon.from_bbox((10.0, 10.0, 11.0, 11.0)), srid=4326)
    make_usual(1, area=there)
    make_usual(2, segments=["vip"], segments_share=0.6)
    make_usual(3, segments=["vip", "b2b"], segments_share=0.6)
    make_usual(4, area=here)
    customers = [make_customer(segment=name) for name in ("vip", "b2b", "mass")]
    of_strangers = [make_complaint(proven=False) for _ in range(3)]
    known = [make_complaint(customer=one) for one in customers]
    rich = make_spot(complaints=[*known, *of_strangers])
    poor = make_spot(complaints=[make_complaint()])

    found = {
        number: matching(policies_in_force(), standing.facts).offer.name
        for number, standing in standings_of([rich, poor]).items()
    }

    assert found == {rich.pk: "policy 3", poor.pk: "policy 4"}


def test_the_facts_of_many_cases_take_as_many_queries_as_of_one(django_assert_num_queries):
    make_usual(segments=["vip"])
    for many in (1, 5):
        cases = [make_spot(complaints=[make_complaint()]) for _ in range(many)]
        with django_assert_num_queries(3):
            standings_of(cases)


@pytest.mark.parametrize("still", [False, True])
def test_a_promise_added_later_counts_with_the_waits_that_were_before(still):
    make_usual(reaction_minutes=None, eta_minutes=None, fix_minutes=None)
    spot = opened(state="fixing", cause=make_cause(), eta_at=NOW + 9 * HOUR)
    move(spot, "wait", 1, waits_for="parts")
    if not still:
        move(spot, "resume", 3)
    Policy.objects.update(fix_minutes=600)
    spot.refresh_from_db()

    promised_anew([spot], now=NOW + 5 * HOUR)

    clock = fix_of(spot)
    if still:
        assert (clock.due_at, clock.paused_since) == (None, NOW + HOUR)
        move(spot, "resume", 6)
        clock.refresh_from_db()
    assert clock.due_at == NOW + 10 * HOUR + (5 if still else 2) * HOUR
