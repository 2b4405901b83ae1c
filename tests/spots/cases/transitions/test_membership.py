"""Which complaints a case is made of, and its counters."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon

from spots.cases import transitions
from spots.cases.states import State
from spots.cases.transitions import IllegalMoveError
from spots.models import Case, Event, Membership
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_complaint,
    make_customer,
    make_region,
    make_spot,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

OUTLINE = Polygon.from_bbox((37.59, 55.74, 37.61, 55.76))


def opened(complaints: list[Any], **fields: Any) -> Case:
    return transitions.open_spot(
        **{
            "brand_id": make_brand().pk,
            "region_id": make_region().pk,
            "topic_id": make_topic().pk,
            "complaint_ids": [complaint.pk for complaint in complaints],
            "outline": OUTLINE,
            "started_at": NOW - timedelta(hours=1),
            "evidence": {"n": len(complaints)},
            "now": NOW,
            **fields,
        }
    )


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))


def members(case: Case) -> set[int]:
    return set(case.memberships.filter(until=None).values_list("complaint_id", flat=True))


def test_a_spot_opens_with_members_counters_place_priority_and_team():
    team = make_team(catch_all=True)
    again = make_customer()
    complaints = [make_complaint(customer=again) for _ in range(2)]
    complaints += [make_complaint(), make_complaint(customer=None), make_complaint(customer=None)]

    case = opened(complaints)

    case.refresh_from_db()
    assert members(case) == {complaint.pk for complaint in complaints}
    assert (case.complaints, case.customers) == (5, 4)
    assert (case.state, case.team) == (State.ROUTED, team)
    assert case.place
    assert case.priority > 0
    assert case.centre.coords == pytest.approx(CENTRE)
    assert kinds(case) == ["opened", "routed"]


def test_a_spot_without_any_team_stays_detected():
    case = opened([make_complaint()])

    assert (case.state, case.team) == (State.DETECTED, None)


def test_the_engine_steals_no_complaint_from_a_current_case_but_takes_it_from_an_ended_one():
    held, free, over = make_complaint(), make_complaint(), make_complaint()
    current = make_spot(complaints=[held])
    ended = make_spot(complaints=[over], state=State.DISMISSED, ended_at=NOW)

    case = opened([held, free, over])

    assert members(case) == {free.pk, over.pk}
    assert members(current) == {held.pk}
    assert ended.memberships.get().until == NOW


def test_a_spot_of_no_free_complaint_is_not_opened():
    held = make_complaint()
    make_spot(complaints=[held])

    with pytest.raises(IllegalMoveError):
        opened([held])

    assert Case.objects.count() == 1


def test_complaints_of_another_brand_and_withdrawn_ones_are_left_out():
    own = make_complaint()
    foreign = make_complaint(brand=make_brand("other"), customer=None)
    withdrawn = make_complaint(withdrawn_at=NOW)

    assert members(opened([own, foreign, withdrawn])) == {own.pk}


def test_a_spot_grows_by_new_complaints_only():
    first, second = make_complaint(), make_complaint()
    case = opened([first])
    wider = Polygon.from_bbox((37.58, 55.74, 37.62, 55.76))

    for _ in range(2):
        transitions.grow(
            case_id=case.pk,
            complaint_ids=[first.pk, second.pk],
            outline=wider,
            evidence={"n": 2},
            now=NOW,
        )

    before, case = case.priority, Case.objects.get(pk=case.pk)
    assert (case.complaints, case.outline, case.evidence) == (2, wider, {"n": 2})
    assert case.priority > before
    assert kinds(case) == ["opened", "grew"]


def test_an_ended_case_does_not_grow():
    case = make_spot(state=State.CLOSED, ended_at=NOW)

    with pytest.raises(IllegalMoveError):
        transitions.grow(case_id=case.pk, complaint_ids=[], outline=OUTLINE, evidence={}, now=NOW)


def test_a_merged_case_hands_its_members_over_and_both_tell_it():
    one, two = make_complaint(), make_complaint()
    case, into = opened([one], started_at=NOW - timedelta(hours=9)), opened([two])

    transitions.merge(case_id=case.pk, into_id=into.pk, by=None, now=NOW)

    case, into = Case.objects.get(pk=case.pk), Case.objects.get(pk=into.pk)
    assert (case.state, case.merged_into, case.customers) == (State.MERGED, into, 0)
    assert (members(into), into.customers, into.started_at) == (
        {one.pk, two.pk},
        2,
        case.started_at,
    )
    assert (kinds(case), kinds(into)) == (["opened", "merged"], ["opened", "merged"])


@pytest.mark.parametrize(
    "into",
    [
        pytest.param({"state": State.DISMISSED, "ended_at": NOW}, id="ended"),
        pytest.param({"state": State.FIXED, "fixed_at": NOW}, id="fixed already"),
    ],
)
def test_a_case_is_not_merged_into_one_that_is_not_worked_on(into):
    case, into = opened([make_complaint()]), make_spot(**into)

    with pytest.raises(IllegalMoveError):
        transitions.merge(case_id=case.pk, into_id=into.pk, by=None, now=NOW)

    assert len(members(case)) == 1


def test_a_case_is_not_merged_into_itself_or_into_another_brands():
    case = opened([make_complaint()])

    for into in (case, make_spot(brand=make_brand("other"))):
        with pytest.raises(IllegalMoveError):
            transitions.merge(case_id=case.pk, into_id=into.pk, by=None, now=NOW)


def test_a_person_attaches_a_complaint_once_even_out_of_another_case():
    complaint, by = make_complaint(), make_user("dispatcher")
    other, case = opened([complaint, make_complaint()]), opened([make_complaint()])

    for _ in range(2):
        transitions.attach(case_id=case.pk, complaint_id=complaint.pk, by=by, now=NOW)

    case, other = Case.objects.get(pk=case.pk), Case.objects.get(pk=other.pk)
    assert (case.complaints, other.complaints) == (2, 1)
    assert kinds(case) == ["opened", "attached"]
    assert kinds(other) == ["opened", "detached"]
    assert Membership.objects.filter(complaint=complaint).count() == 2


def test_the_engine_attaches_no_complaint_out_of_another_case():
    complaint = make_complaint()
    other, case = opened([complaint]), opened([make_complaint()])

    with pytest.raises(IllegalMoveError):
        transitions.attach(case_id=case.pk, complaint_id=complaint.pk, by=None, now=NOW)

    assert members(other) == {complaint.pk}


def test_a_complaint_of_another_brand_is_not_attached():
    case = opened([make_complaint()])
    foreign = make_complaint(brand=make_brand("other"), customer=None)

    with pytest.raises(IllegalMoveError):
        transitions.attach(
            case_id=case.pk, complaint_id=foreign.pk, by=make_user("dispatcher"), now=NOW
        )


def test_a_detached_complaint_leaves_its_time_in_the_case_behind():
    complaint = make_complaint()
    case = opened([complaint, make_complaint()])

    transitions.detach(
        case_id=case.pk, complaint_id=complaint.pk, by=None, now=NOW + timedelta(hours=1)
    )

    case.refresh_from_db()
    assert (case.complaints, case.customers) == (1, 1)
    gone = Membership.objects.get(complaint=complaint)
    assert (gone.since, gone.until) == (NOW, NOW + timedelta(hours=1))
    with pytest.raises(IllegalMoveError):
        transitions.detach(case_id=case.pk, complaint_id=complaint.pk, by=None, now=NOW)


def test_opening_takes_the_same_queries_however_many_complaints(django_assert_max_num_queries):
    complaints = [make_complaint() for _ in range(60)]

    with django_assert_max_num_queries(32):
        opened(complaints[:3])
    with django_assert_max_num_queries(32):
        opened(complaints[3:])
