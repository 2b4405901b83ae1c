"""Single cases: which complaints open one, what is done with them, and how they become spots."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Polygon

from complaints.intake.transitions_of_state import withdraw
from complaints.models import Complaint
from spots.cases import transitions
from spots.cases.routing.deciding import facts_of
from spots.cases.transitions import IllegalMoveError
from spots.models import Case, Clock, Event, Membership, Policy, SingleRule
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_customer,
    make_policy,
    make_spot,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

AROUND = Polygon.from_bbox((37.5, 55.7, 37.7, 55.8))


def single(complaint=None, **said) -> Case:
    number = (complaint or make_complaint()).pk
    return transitions.open_single(complaint_id=number, **{"by": None, "now": NOW, **said})


def ruled(**asked) -> None:
    SingleRule.objects.update_or_create(pk=1, defaults=asked)


def grown(spot: Case, *complaints) -> Case:
    numbers = [complaint.pk for complaint in complaints]
    return transitions.grow(
        case_id=spot.pk, complaint_ids=numbers, outline=AROUND, evidence={}, now=NOW
    )


def opened(*complaints) -> Case:
    first = complaints[0]
    return transitions.open_spot(
        brand_id=first.brand_id,
        region_id=first.region_id,
        topic_id=first.topic_id,
        complaint_ids=[complaint.pk for complaint in complaints],
        outline=AROUND,
        started_at=NOW,
        evidence={},
        now=NOW,
    )


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("asked", "fields", "opens"),
    [
        ({}, {}, False),
        ({"severity_from": 3}, {}, True),
        ({"severity_from": 4}, {}, False),
        ({"segments": ["vip"]}, {"segment": "vip"}, True),
        ({"segments": ["vip"]}, {"segment": "mass"}, False),
        ({"channels": ["call"]}, {"channel": "call"}, True),
        ({"channels": ["shop"]}, {"channel": "call"}, False),
        ({"spotless_minutes": 20}, {"received_at": NOW - timedelta(minutes=20)}, True),
        ({"spotless_minutes": 20}, {"received_at": NOW - timedelta(minutes=19)}, False),
        ({"spotless_minutes": 20}, {"received_at": NOW - timedelta(days=4)}, False),
        ({"severity_from": 1}, {"withdrawn_at": NOW}, False),
        ({"severity_from": 1}, {"resolved_at": NOW}, False),
    ],
)
def test_a_complaint_that_the_setting_asks_for_opens_a_single_case(asked, fields, opens):
    ruled(**asked)
    row = {"occurred_at": NOW, "received_at": NOW, "topic": make_topic(severity=3), **fields}
    row["customer"] = make_customer(segment=row.pop("segment", ""))
    make_complaint(**row)

    assert transitions.open_singles(now=NOW) == opens
    assert transitions.open_singles(now=NOW) == 0
    assert Case.objects.filter(kind="single").count() == opens


def test_what_anybody_may_have_sent_comes_last_and_waits_while_much_of_it_is_worked_on(
    monkeypatch,
):
    monkeypatch.setattr(transitions.singles, "MOST_UNPROVEN", 2)
    ruled(severity_from=1)
    times = {"occurred_at": NOW, "received_at": NOW - timedelta(minutes=1)}
    forms = [make_complaint(**times, proven=False) for _ in range(3)]
    known = make_complaint(**times | {"received_at": NOW})

    def opened(limit: int) -> set[int]:
        transitions.open_singles(now=NOW, limit=limit)
        members = Membership.objects.current().filter(case__kind="single")
        return set(members.values_list("complaint", flat=True))

    assert opened(1) == {known.pk}
    assert opened(9) == {known.pk, forms[0].pk, forms[1].pk}
    assert len(opened(9)) == 3
    Case.objects.filter(memberships__complaint=forms[0]).update(state="closed")
    assert forms[2].pk in opened(9)


def test_a_complaint_of_a_spot_or_not_on_the_map_opens_none():
    ruled(severity_from=1)
    times = {"occurred_at": NOW, "received_at": NOW}
    make_spot(complaints=[make_complaint(**times)])
    make_complaint(**times, placing="review", point=None, placed_at=None, precision="", region=None)

    assert transitions.open_singles(now=NOW) == 0


def test_a_single_case_has_place_priority_events_and_promises_of_its_kind():
    make_policy(order=1, kind="spot", name="of spots")
    promised = make_policy(order=2, kind="single", name="of singles")

    case = single()

    assert (case.kind, case.complaints, case.customers) == ("single", 1, 1)
    assert kinds(case)[0] == "opened"
    assert {clock.policy for clock in Clock.objects.filter(case=case)} == {promised}
    assert facts_of(case).kind == "single"
    assert {clock.policy.name for clock in Clock.objects.filter(case=opened(make_complaint()))} == {
        "of spots"
    }


def test_only_a_dispatcher_opens_one_by_hand_and_of_no_complaint_that_has_a_case():
    complaint = make_complaint()
    with pytest.raises(IllegalMoveError):
        single(complaint, by=make_user("engineer"))
    dispatcher = make_user("dispatcher")

    case = single(complaint, by=dispatcher)

    assert Event.objects.get(case=case, kind="opened").by == dispatcher
    with pytest.raises(IllegalMoveError):
        single(complaint, by=dispatcher)
    assert Case.objects.count() == 1


def test_a_single_case_whose_complaint_is_withdrawn_is_dismissed():
    case = single()
    withdraw(Complaint.objects.all(), now=NOW)

    assert transitions.release_withdrawn(now=NOW) == 1

    case.refresh_from_db()
    assert (case.state, case.dismissed_for, case.complaints) == ("dismissed", "other", 0)
    assert kinds(case)[-2:] == ["detached", "dismissed"]
    assert not Clock.objects.running().filter(case=case).exists()


def test_the_customer_is_answered_in_an_event():
    case, engineer = single(), make_user("engineer")

    transitions.answer(case_id=case.pk, text=" Починим завтра ", by=engineer, now=NOW)

    event = Event.objects.get(case=case, kind="answered")
    assert (event.note, event.by) == ("Починим завтра", engineer)
    for wrong in ({"text": " "}, {"text": "x" * 2001}, {"by": make_user("agent")}):
        said = {"case_id": case.pk, "text": "x", "by": engineer, "now": NOW, **wrong}
        with pytest.raises(IllegalMoveError):
            transitions.answer(**said)
    with pytest.raises(IllegalMoveError):
        transitions.answer(case_id=make_spot().pk, text="x", by=engineer, now=NOW)


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_engines_spot_takes_a_single_case_in_with_its_complaint(by_hand):
    complaint, other = make_complaint(), make_complaint()
    case = single(complaint, by=make_user() if by_hand else None)

    spot = opened(complaint, other)

    case.refresh_from_db()
    assert (case.state, case.merged_into_id, case.complaints) == ("merged", spot.pk, 0)
    assert Membership.objects.filter(case=spot, until=None).count() == 2
    assert (spot.complaints, kinds(spot)[:2]) == (2, ["opened", "merged"])


def test_a_spot_that_grows_takes_a_single_case_in_too():
    complaint = make_complaint()
    case, spot = single(complaint), opened(make_complaint())

    grown(spot, complaint)

    case.refresh_from_db()
    spot.refresh_from_db()
    assert (case.state, case.merged_into_id, spot.complaints) == ("merged", spot.pk, 2)


def test_a_single_case_in_work_stays_out_of_a_fixed_spot():
    complaint = make_complaint()
    case = single(complaint)
    spot = make_spot(complaints=[make_complaint()], state="fixed", fixed_at=NOW)

    grown(spot, complaint)

    case.refresh_from_db()
    assert case.state != "merged"


def test_several_single_cases_become_one_spot():
    cases = [single(make_complaint(lon=37.6 + n * 0.001)) for n in range(3)]
    by = make_user("dispatcher")

    spot = transitions.make_spot(case_ids=[case.pk for case in cases], by=by, now=NOW)

    assert (spot.kind, spot.complaints) == ("spot", 3)
    assert all(spot.outline.covers(case.centre) for case in cases)
    assert kinds(spot)[:4] == ["opened", "merged", "merged", "merged"]
    assert set(Case.objects.filter(kind="single").values_list("state", "merged_into")) == {
        ("merged", spot.pk)
    }


def test_what_does_not_belong_together_becomes_no_spot():
    one, spot, by = single(), make_spot(complaints=[make_complaint()]), make_user("dispatcher")
    brand = make_brand("rival")
    foreign = single(make_complaint(brand=brand, customer=make_customer(brand=brand)))

    for wrong in ([one.pk], [one.pk, one.pk], [one.pk, spot.pk], [one.pk, foreign.pk]):
        with pytest.raises(IllegalMoveError):
            transitions.make_spot(case_ids=wrong, by=by, now=NOW)
    with pytest.raises(IllegalMoveError):
        transitions.make_spot(case_ids=[one.pk, single().pk], by=make_user("engineer"), now=NOW)
    assert Case.objects.filter(kind="spot").count() == 1


def test_a_single_case_joins_a_spot_and_no_spot_joins_it():
    case, spot = single(), make_spot(complaints=[make_complaint()], state="routed")
    by = make_user("dispatcher")
    with pytest.raises(IllegalMoveError):
        transitions.join(case_id=spot.pk, spot_id=case.pk, by=by, now=NOW)
    with pytest.raises(IllegalMoveError):
        transitions.merge(case_id=spot.pk, into_id=case.pk, by=by, now=NOW)

    transitions.join(case_id=case.pk, spot_id=spot.pk, by=by, now=NOW)

    case.refresh_from_db()
    spot.refresh_from_db()
    assert (case.merged_into_id, spot.complaints) == (spot.pk, 2)


def test_a_policy_without_a_kind_is_for_both():
    make_policy()

    assert Clock.objects.filter(case=single()).exists()
    assert Policy.objects.get().kind == ""
