"""Several complaints at once, chosen by a person: into a case, out of it, over to another."""

import pytest
from django.utils.translation import override

from spots.cases import transitions
from spots.cases.transitions import IllegalMoveError
from spots.models import Case, Event
from tests.factories import CENTRE, NOW, make_brand, make_complaint, make_spot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def members(case: Case) -> set[int]:
    return set(case.memberships.filter(until=None).values_list("complaint_id", flat=True))


def make_row(many: int = 3, *, east: float = 0.0, **fields: object) -> list[int]:
    """Complaints some 30 m apart, so many degrees east of CENTRE."""
    return [make_complaint(lon=CENTRE[0] + east + 0.0005 * n, **fields).pk for n in range(many)]


def make_spot_of(ids: list[int], **fields: object) -> Case:
    spot = make_spot(**fields)
    transitions.attach_several(case_id=spot.pk, complaint_ids=ids, by=make_user(), now=NOW)
    spot.refresh_from_db()
    return spot


def said(case: Case) -> dict[str, object]:
    return {"case_id": case.pk, "by": make_user("dispatcher"), "now": NOW}


def test_free_complaints_are_attached_with_one_event_and_the_spot_is_drawn_round_them():
    spot = make_spot_of(make_row())
    far = make_row(2, east=0.01)

    transitions.attach_several(complaint_ids=far, note="same mast", **said(spot))

    spot.refresh_from_db()
    event = spot.events.latest("pk")
    assert set(far) <= members(spot)
    assert spot.complaints == 5
    assert spot.outline.extent[2] > CENTRE[0] + 0.01
    assert (event.kind, event.facts, event.note) == ("attached", {"complaints": 2}, "same mast")


def test_complaints_of_another_current_spot_are_not_attached():
    spot, other = make_spot_of(make_row()), make_spot_of(make_row())

    with pytest.raises(IllegalMoveError, match="none of these complaints"):
        transitions.attach_several(complaint_ids=members(other), **said(spot))


def test_some_members_are_detached_and_the_spot_is_drawn_round_the_others():
    far = make_row(2, east=0.01)
    spot = make_spot_of(make_row() + far)

    transitions.detach_several(complaint_ids=far, **said(spot))

    spot.refresh_from_db()
    assert not members(spot) & set(far)
    assert spot.complaints == 3
    assert spot.outline.extent[2] < CENTRE[0] + 0.005
    assert spot.events.latest("pk").facts == {"complaints": 2}


def test_members_go_over_to_another_spot_and_both_tell_of_it():
    far = make_row(2, east=0.01)
    spot, other = make_spot_of(make_row() + far), make_spot_of(make_row(2, east=0.02))

    transitions.hand_over(complaint_ids=far, into_id=other.pk, **said(spot))

    for case in (spot, other):
        case.refresh_from_db()
    assert (spot.complaints, other.complaints) == (3, 4)
    assert set(far) <= members(other)
    told = Event.objects.order_by("-pk")[:2]
    assert {(e.case_id, e.kind, e.facts.get("into"), e.facts.get("from")) for e in told} == {
        (spot.pk, "detached", other.pk, None),
        (other.pk, "attached", None, spot.pk),
    }


@pytest.mark.parametrize("chosen", ["none", "all"])
@pytest.mark.parametrize("move", ["detach_several", "hand_over"])
def test_some_of_the_members_must_be_chosen(move, chosen):
    spot = make_spot_of(make_row())
    more = {"into_id": make_spot().pk} if move == "hand_over" else {}
    ids = [] if chosen == "none" else members(spot)

    with pytest.raises(IllegalMoveError, match="not all"):
        getattr(transitions, move)(complaint_ids=ids, **more, **said(spot))


@pytest.mark.parametrize(
    "other",
    [{"state": "fixed", "fixed_at": NOW}, {"brand": "rival"}],
    ids=["that is fixed", "of another brand"],
)
def test_no_members_go_over_to_a_spot(other):
    if "brand" in other:
        other = {"brand": make_brand("rival")}
    spot, other = make_spot_of(make_row()), make_spot(**other)

    with pytest.raises(IllegalMoveError):
        transitions.hand_over(complaint_ids=[min(members(spot))], into_id=other.pk, **said(spot))

    assert len(members(spot)) == 3


@pytest.mark.parametrize("move", ["attach_several", "detach_several", "hand_over"])
def test_only_who_dispatches_may(move):
    spot = make_spot_of(make_row())
    more = {"into_id": make_spot().pk} if move == "hand_over" else {}
    by = make_user("engineer")

    with pytest.raises(IllegalMoveError, match="may not"):
        getattr(transitions, move)(
            case_id=spot.pk, complaint_ids=[min(members(spot))], by=by, now=NOW, **more
        )
