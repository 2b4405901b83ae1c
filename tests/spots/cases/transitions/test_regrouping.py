"""What people decide of a case's members, and that the engine abides by it."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Polygon

from spots.cases import transitions
from spots.cases.states import State
from spots.cases.transitions import IllegalMoveError
from spots.models import Case, Clock, Event, Membership
from tests.factories import (
    CENTRE,
    NOW,
    make_complaint,
    make_policy,
    make_spot,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

OUTLINE = Polygon.from_bbox((37.59, 55.74, 37.61, 55.76))


def members(case: Case) -> set[int]:
    return set(case.memberships.filter(until=None).values_list("complaint_id", flat=True))


def make_pair(**fields: object) -> tuple[Case, list[int], list[int]]:
    """A spot of three complaints here and two some 600 m east; and the ids of both."""
    here = [make_complaint(lon=CENTRE[0] + 0.0005 * n) for n in range(3)]
    there = [make_complaint(lon=CENTRE[0] + 0.01, lat=CENTRE[1] + 0.0005 * n) for n in range(2)]
    opened = NOW - timedelta(hours=3)
    spot = make_spot(complaints=here + there, opened_at=opened, **fields)
    return spot, [c.pk for c in here], [c.pk for c in there]


def split(case: Case, ids: list[int], **given: object) -> Case:
    by = make_user("dispatcher")
    return transitions.split(case_id=case.pk, complaint_ids=ids, by=by, now=NOW, **given)


def test_splitting_makes_a_spot_of_the_chosen_members_and_both_are_drawn_anew():
    whole, here, there = make_pair()

    part = split(whole, there, note="other mast")

    whole.refresh_from_db()
    assert (members(whole), members(part)) == (set(here), set(there))
    assert (whole.complaints, part.complaints) == (3, 2)
    assert part.centre.x > CENTRE[0] + 0.009
    assert not part.outline.intersects(whole.outline)
    assert part.split_from == whole


def test_both_sides_of_a_split_tell_of_it():
    whole, _, there = make_pair()

    part = split(whole, there, note="other mast")

    told = Event.objects.filter(kind="split").order_by("case")
    assert [(e.case_id, e.note, e.facts) for e in told] == [
        (whole.pk, "other mast", {"into": part.pk, "complaints": 2}),
        (part.pk, "other mast", {"from": whole.pk}),
    ]
    assert {event.by.role for event in told} == {"dispatcher"}


def test_a_part_goes_to_the_same_team_and_keeps_the_start_of_its_promises():
    team = make_team("power")
    make_policy()
    whole, _, there = make_pair(team=team, state=State.ACCEPTED)

    part = split(whole, there)

    assert (part.team, part.state) == (team, State.ROUTED)
    assert {clock.started_at for clock in Clock.objects.filter(case=part)} == {whole.opened_at}


@pytest.mark.parametrize("chosen", ["none", "all", "strangers"])
def test_some_of_the_members_must_be_chosen(chosen):
    whole, here, there = make_pair()
    ids = {"none": [], "all": here + there, "strangers": [make_complaint().pk]}[chosen]

    with pytest.raises(IllegalMoveError, match=str(whole.pk)):
        split(whole, ids)

    assert Case.objects.count() == 1


def test_a_merge_lets_each_member_keep_who_had_chosen_it():
    by = make_user("dispatcher")
    whole, here, _ = make_pair()
    into = make_spot()
    chosen = make_complaint()
    transitions.attach(case_id=whole.pk, complaint_id=chosen.pk, by=by, now=NOW)

    transitions.merge(case_id=whole.pk, into_id=into.pk, by=by, now=NOW)

    now_in = Membership.objects.filter(case=into, until=None)
    assert now_in.get(complaint=chosen).by == by
    assert {member.by for member in now_in.filter(complaint__in=here)} == {None}


def test_the_engine_does_not_put_back_what_a_person_took_out():
    by = make_user("dispatcher")
    whole, here, there = make_pair()
    transitions.detach(case_id=whole.pk, complaint_id=here[0], by=by, now=NOW)

    transitions.grow(
        case_id=whole.pk, complaint_ids=here + there, outline=OUTLINE, evidence={}, now=NOW
    )

    assert members(whole) == {*here[1:], *there}
    transitions.attach(case_id=whole.pk, complaint_id=here[0], by=by, now=NOW)
    assert here[0] in members(whole)


def test_withdrawn_complaints_leave_their_case_with_an_event():
    whole, _, _ = make_pair()
    withdrawn = make_spot(complaints=[make_complaint(withdrawn_at=NOW, corrected_at=NOW)])
    (gone,) = members(withdrawn)

    left = transitions.release_withdrawn(now=NOW)

    assert left == 1
    assert (members(withdrawn), len(members(whole))) == (set(), 5)
    event = Event.objects.get(case=withdrawn)
    assert (event.kind, event.facts, event.by) == ("detached", {"complaint": gone}, None)
    withdrawn.refresh_from_db()
    assert withdrawn.complaints == 0
