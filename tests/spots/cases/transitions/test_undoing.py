"""Regroupings are taken back, as long as nobody has built on them."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from spots.cases import transitions
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.regroupings import last_regrouping
from spots.models import Case, Clock, Event
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_complaint,
    make_policy,
    make_team,
    make_user,
)
from tests.spots.cases.transitions.test_several import make_row, make_spot_of, members, said
from tests.spots.cases.transitions.test_two_at_once import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


LATER = NOW + timedelta(hours=1)


def undo(case: Case, *, role: str = "dispatcher", kind: str | None = None) -> Case:
    rows = case.events.filter(kind=kind) if kind else case.events
    event = rows.latest("pk")
    return transitions.undo_regrouping(event_id=event.pk, by=make_user(role), now=LATER)


def make_merged(**fields: object) -> tuple[Case, Case]:
    """A spot that was merged into another, and the other."""
    spot = make_spot_of(make_row(), **fields)
    into = make_spot_of(make_row(2, east=0.01), state="routed", team=make_team())
    transitions.merge(into_id=into.pk, **said(spot))
    return spot, into


@pytest.mark.parametrize("side", ["absorbed", "absorbing"])
def test_undoing_a_merge_brings_the_case_back_as_it_was(side):
    spot, into = make_merged(state="routed", started_at=NOW - timedelta(days=1))
    ids = {"absorbed": spot, "absorbing": into}

    undo(ids[side])

    for case in (spot, into):
        case.refresh_from_db()
    assert (spot.state, spot.merged_into, spot.ended_at) == ("routed", None, None)
    assert (len(members(spot)), len(members(into))) == (3, 2)
    assert (spot.complaints, into.complaints) == (3, 2)
    assert into.started_at == NOW - timedelta(hours=1)
    assert into.outline.extent[0] > spot.outline.extent[2]


def test_members_that_left_meanwhile_stay_away_and_those_that_joined_stay():
    spot, into = make_merged(state="routed")
    gone, came = min(members(into)), make_complaint()
    transitions.detach(case_id=into.pk, complaint_id=gone, by=make_user(), now=NOW)
    transitions.attach(case_id=into.pk, complaint_id=came.pk, by=None, now=NOW)

    undo(spot)

    assert len(members(spot)) == 2
    assert gone not in members(spot) | members(into)
    assert came.pk in members(into)


def test_a_case_that_waited_waits_again():
    spot, _ = make_merged(state="waiting", waits_until=LATER)

    undo(spot)

    spot.refresh_from_db()
    waits = (spot.state, spot.waits_for, spot.waits_until, spot.goes_on_as)
    assert waits == ("waiting", "access", LATER, "accepted")


def test_its_promises_run_on_with_the_merge_as_a_pause():
    make_policy()
    spot = make_spot_of(make_row(), state="routed")
    sla.start(
        case_id=spot.pk,
        brand_id=spot.brand_id,
        region_id=spot.region_id,
        topic_id=spot.topic_id,
        band=1,
        now=NOW,
    )
    due = Clock.objects.get(case=spot, target="fix").due_at
    transitions.merge(into_id=make_spot_of(make_row()).pk, **said(spot))

    undo(spot)

    clock = Clock.objects.get(case=spot, target="fix")
    assert clock.stopped_at is None
    assert clock.due_at >= due


def test_complaints_of_a_fixed_case_are_solved_again():
    spot, _ = make_merged(state="fixed", fixed_at=NOW)

    undo(spot)

    spot.refresh_from_db()
    assert spot.state == "fixed"
    solved = spot.memberships.filter(until=None).values_list("complaint__resolved_at", flat=True)
    assert set(solved) == {NOW}


def test_undoing_a_split_puts_the_members_back_and_ends_the_part():
    make_policy()
    far = make_row(2, east=0.01)
    whole = make_spot_of(make_row() + far, team=make_team(), state="accepted")
    part = transitions.split(complaint_ids=far, **said(whole))

    undo(part)

    for case in (whole, part):
        case.refresh_from_db()
    assert (len(members(whole)), members(part)) == (5, set())
    assert (part.state, part.merged_into, whole.state) == ("merged", whole, "accepted")
    assert not Clock.objects.running().filter(case=part).exists()


def test_complaints_that_went_over_come_back():
    far = make_row(2, east=0.01)
    spot, other = make_spot_of(make_row() + far), make_spot_of(make_row(2, east=0.02))
    transitions.hand_over(complaint_ids=far, into_id=other.pk, **said(spot))

    undo(other)

    assert set(far) <= members(spot)
    assert len(members(other)) == 2


def test_attached_complaints_are_free_again_and_detached_ones_members():
    spot = make_spot_of(make_row())
    new = make_row(2, east=0.01)
    at = {"case_id": spot.pk, "by": make_user(), "now": NOW + timedelta(minutes=1)}
    transitions.attach_several(complaint_ids=new, **at)
    undo(spot)
    assert not members(spot) & set(new)

    out = min(members(spot))
    transitions.detach_several(complaint_ids=[out], **at)
    undo(spot)

    assert len(members(spot)) == 3


def test_both_cases_tell_who_undid_it_and_when():
    spot, into = make_merged(state="routed")

    undo(spot, role="supervisor")

    told = Event.objects.filter(kind="undone").order_by("pk")
    assert [(event.case, event.at, event.by.role, event.facts["of"]) for event in told] == [
        (spot, LATER, "supervisor", "merged"),
        (into, LATER, "supervisor", "merged"),
    ]
    assert (told[0].was, told[0].became) == ("merged", "routed")


@pytest.mark.parametrize("side", ["absorbed", "absorbing"])
def test_what_was_built_on_cannot_be_undone_and_the_refusal_says_by_what(side):
    spot, into = make_merged(state="routed")
    transitions.accept(case_id=into.pk, by=make_user("engineer"), now=NOW)

    with pytest.raises(IllegalMoveError, match=f"№ {into.pk} was “accepted”"):
        undo({"absorbed": spot, "absorbing": into}[side], kind="merged")

    assert last_regrouping(into) is None


def test_comments_growth_and_silence_do_not_stand_in_the_way():
    spot, into = make_merged(state="routed")
    transitions.mark_quiet(case_id=into.pk, now=NOW)

    undo(spot)

    assert len(members(spot)) == 3


def test_an_earlier_regrouping_can_be_undone_once_the_later_one_is():
    spot, into = make_merged(state="routed")
    part = transitions.split(complaint_ids=[min(members(into))], **said(into))
    with pytest.raises(IllegalMoveError, match="was “split”"):
        undo(spot)

    undo(part)
    undo(spot, kind="merged")

    assert len(members(spot)) == 3


def test_it_is_undone_once():
    spot, _ = make_merged(state="routed")
    undo(spot)

    with pytest.raises(IllegalMoveError, match="undone already"):
        undo(spot, kind="merged")


def test_only_who_dispatches_may():
    spot, _ = make_merged(state="routed")

    with pytest.raises(IllegalMoveError, match="may not"):
        undo(spot, role="engineer")


def test_other_events_cannot_be_undone():
    spot = make_spot_of(make_row())
    transitions.detach(case_id=spot.pk, complaint_id=min(members(spot)), by=None, now=NOW)

    with pytest.raises(IllegalMoveError, match="can be undone"):
        undo(spot)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_undo_at_once_one_does():
    spot, into = make_merged(state="routed")
    users = [make_user(), make_user()]
    events = [spot.events.latest("pk"), into.events.latest("pk")]

    outcomes = together(
        *[
            lambda by=by, event=event: transitions.undo_regrouping(
                event_id=event.pk, by=by, now=LATER
            )
            for by, event in zip(users, events, strict=True)
        ]
    )

    assert sum(isinstance(outcome, IllegalMoveError) for outcome in outcomes) == 1
    assert Event.objects.filter(kind="undone").count() == 2
    assert (len(members(spot)), len(members(into))) == (3, 2)
