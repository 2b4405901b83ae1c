"""Why customers are written to: moved terms, fixes that did not hold, agents, neighbours, works."""

from datetime import timedelta

import pytest

from feedback.models import Announcement, Message
from feedback.notifications import transitions
from feedback.notifications.batches.terms import is_told_again
from feedback.notifications.sending import delivery
from spots.cases import transitions as cases
from spots.models import Case
from tests.factories import (
    NOW,
    make_cause,
    make_complaint,
    make_customer,
    make_event,
    make_fixed_spot,
    make_house,
    make_network_event,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TERM = NOW + 5 * HOUR


def told() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("reason", "state"))


def make_planned_spot(*customers, **fields) -> Case:
    complaints = [make_complaint(customer=customer) for customer in customers]
    row = {"state": "fixing", "cause": make_cause(), "eta_at": TERM, **fields}
    spot = make_spot(complaints=complaints, **row)
    make_event(spot, "planned")
    return spot


@pytest.mark.parametrize(
    ("moved", "times", "expected"),
    [
        (2 * HOUR, 0, True),
        (-2 * HOUR, 1, True),  # earlier is news, too
        (HOUR, 0, False),  # just as far as is not told yet
        (timedelta(), 0, False),
        (9 * HOUR, 2, False),
    ],
)
def test_when_a_term_is_told_again(moved, times, expected):
    assert is_told_again(TERM + moved, told=TERM, times=times, moved_by=HOUR, most=2) is expected


def test_a_term_that_moves_far_is_told_again_twice_and_no_more():
    spot = make_planned_spot(make_customer())
    for hours in (0, 0.5, 2, 4, 6):  # half an hour is not worth a message, nor is a third move
        now = NOW + timedelta(hours=hours)
        Case.objects.update(eta_at=TERM + timedelta(hours=hours))
        make_event(spot, "planned", at=now)
        transitions.plan_messages(now=now)
        Message.objects.update(state="delivered", delivered_at=now)

    texts = list(Message.objects.order_by("pk").values_list("reason", "text"))
    assert [reason for reason, _text in texts] == ["eta_set", "eta_moved", "eta_moved"]
    assert "25 марта, 20:00" in texts[1][1]


def test_a_fix_that_did_not_hold_is_owned_up_to_those_who_were_told_of_it(settings):
    settings.SMS_GATEWAY = "console:"
    heard, was_not_reached = make_customer(), make_customer(phone="", email="")
    spot = make_fixed_spot(heard, was_not_reached)
    transitions.plan_messages(now=NOW)
    delivery.send_messages(now=NOW)
    Case.objects.update(state="reopened", fixed_at=None)
    make_event(spot, "failed", at=NOW + HOUR)

    for _ in range(2):
        transitions.plan_messages(now=NOW + HOUR)

    message = Message.objects.get(reason="reopened")
    assert message.customer == heard
    assert "проблема вернулась" in message.text


def test_whoever_an_agent_attaches_is_told_what_is_known_and_whom_the_engine_puts_in_is_not():
    spot = make_planned_spot()
    by_agent, by_engine = make_complaint(), make_complaint()
    for complaint in (by_agent, by_engine):
        spot.memberships.create(complaint=complaint, since=NOW)
    make_event(spot, "attached", facts={"complaint": by_agent.pk}, by=make_user("agent"))
    make_event(spot, "attached", facts={"complaint": by_engine.pk})
    Announcement.objects.create(  # the term was told before
        event=spot.events.get(kind="planned"),
        case=spot,
        brand=spot.brand,
        region=spot.region,
        reason="eta_set",
        begun_at=NOW,
        done_at=NOW,
    )

    transitions.plan_messages(now=NOW)

    message = Message.objects.get()
    assert (message.customer, message.reason) == (by_agent.customer, "attached")
    assert "Срок: 25 марта, 18:00" in message.text


def make_neighbours(spot: Case, count: int = 3) -> list:
    """Customers in a house in the middle of a spot, one who complained, and one far away."""
    near = [make_customer() for _ in range(count)]
    complained = spot.memberships.get().complaint.customer
    make_house(*near, complained)
    make_house(make_customer(), lon=39)
    return near


def test_neighbours_who_never_complained_are_told_on_request_and_of_the_fix():
    by = make_user("supervisor")
    spot = make_planned_spot(make_customer())
    near = make_neighbours(spot)
    transitions.plan_messages(now=NOW)
    Message.objects.update(state="delivered", delivered_at=NOW)

    batch = transitions.make_for_area(case=spot, by=by, now=NOW)
    assert transitions.plan_messages(now=NOW) == 0  # a draft
    transitions.step(batch_id=batch.pk, step="start", by=by, now=NOW)
    assert transitions.plan_messages(now=NOW) == 3
    Message.objects.filter(reason="area").update(state="delivered", delivered_at=NOW)
    Case.objects.update(state="fixed", fixed_at=NOW)
    make_event(spot, "fixed", at=NOW)
    transitions.plan_messages(now=NOW)

    for reason in ("area", "area_fixed"):
        rows = Message.objects.filter(reason=reason).order_by("customer")
        assert [row.customer for row in rows] == near
    assert "рядом с вами" in rows[0].text
    assert rows[0].invitation is not None  # everybody who is told can rate
    assert Message.objects.filter(reason="fixed").count() == 1


def test_neighbours_are_told_at_a_steady_pace_and_not_of_two_spots_in_a_week():
    by = make_user("supervisor")
    first, second = make_planned_spot(make_customer()), make_planned_spot(make_customer())
    make_neighbours(first)
    transitions.plan_messages(now=NOW)
    for spot in (first, second):
        batch = transitions.make_for_area(case=spot, by=by, now=NOW)
        transitions.step(batch_id=batch.pk, step="start", by=by, now=NOW)
        transitions.plan_messages(now=NOW)

    assert Message.objects.filter(reason="area", case=first).count() == 3
    # of the other spot only the one who complained of the first hears as a neighbour
    assert Message.objects.filter(reason="area", case=second).count() == 1


def test_planned_works_are_announced_to_those_who_live_there_until_they_are_over(settings):
    settings.SMS_GATEWAY = "console:"
    by = make_user("supervisor")
    works = make_network_event(starts_at=NOW + HOUR, ends_at=NOW + 3 * HOUR)
    make_house(make_customer(), make_customer())

    batch = transitions.make_for_works(works=works, by=by, now=NOW)
    transitions.step(batch_id=batch.pk, step="start", by=by, now=NOW)
    transitions.plan_messages(now=NOW)
    late = NOW + 3 * HOUR
    delivery.send_messages(now=late)

    text = Message.objects.first().text
    assert "с 25 марта, 14:00 по 25 марта, 16:00" in text
    assert {state for _reason, state in told()} == {"expired"}
    with pytest.raises(transitions.BatchRefusedError):
        transitions.make_for_works(works=works, by=by, now=late)


def test_what_cannot_be_fixed_is_owned_up_to_and_what_will_be_built_is_said_as_such():
    known, other = make_customer(), make_customer()
    cannot = make_planned_spot(known)
    build = make_planned_spot(other, cause=make_cause(), fix_kind="new_build")
    nothing = make_planned_spot(make_customer())
    by = make_user("dispatcher")
    transitions.plan_messages(now=NOW)
    Message.objects.update(state="delivered", delivered_at=NOW)

    cases.dismiss(case_id=cannot.pk, dismissed_for="cannot", by=by, now=NOW)
    cases.dismiss(case_id=nothing.pk, dismissed_for="not_network", by=by, now=NOW)
    for _ in range(2):
        transitions.plan_messages(now=NOW)

    said = {(row.case_id, row.reason): row for row in Message.objects.all()}
    assert set(said) == {
        (cannot.pk, "eta_set"),
        (cannot.pk, "cannot"),
        (build.pk, "build"),
        (nothing.pk, "eta_set"),
    }
    assert said[cannot.pk, "cannot"].customer == known
    assert "улучшить её там не можем" in said[cannot.pk, "cannot"].text
    assert "нужна новая базовая станция" in said[build.pk, "build"].text
    # a term that moves is told again as of any other fix
    later = NOW + 3 * HOUR
    Case.objects.filter(pk=build.pk).update(eta_at=TERM + 40 * DAY)
    make_event(build, "planned", at=later)
    transitions.plan_messages(now=later)
    assert Message.objects.filter(case=build, reason="eta_moved").count() == 1
