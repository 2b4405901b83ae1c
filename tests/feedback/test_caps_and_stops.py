"""What holds messages back: caps, several spots at once, switches, and STOP by SMS."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from complaints.customers.consent import OptOut
from complaints.customers.personal import blind_index
from feedback.models import IncomingText, Message, Part, SendingRule, Stop
from feedback.notifications import transitions
from feedback.notifications.holding.caps import DAY, WEEK, next_allowed
from feedback.notifications.sending import delivery
from tests.factories import (
    NOW,
    make_brand,
    make_customer,
    make_fixed_spot,
    make_message,
    make_user,
)

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _log_only(settings):
    settings.SMS_GATEWAY = "console:"
    settings.QUIET_HOURS = ""


def cap(**most: int) -> None:
    SendingRule.objects.update_or_create(pk=1, defaults=most)


def send(*, hours: float = 0) -> None:
    delivery.send_messages(now=NOW + timedelta(hours=hours))


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


@given(
    hours=st.lists(st.integers(0, 400), max_size=12),
    per_day=st.integers(1, 4),
    per_week=st.integers(1, 9),
)
def test_a_message_at_the_moment_named_keeps_both_caps_and_none_before_does(
    hours, per_day, per_week
):
    sent = [NOW - HOUR * one for one in hours]

    def keeps(at):
        within = [[one for one in sent if one > at - span] for span in (DAY, WEEK)]
        return len(within[0]) < per_day and len(within[1]) < per_week

    at = next_allowed(sent, now=NOW, per_day=per_day, per_week=per_week)

    assert at >= NOW
    assert keeps(at)
    assert at == NOW or not keeps(at - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_customer_gets_so_many_messages_a_day_and_the_rest_later():
    cap(per_day=2)
    customer = make_customer()
    for reason in ("fixed", "eta_set", "eta_moved"):
        state = "fixed" if reason == "fixed" else "fixing"
        spot = make_fixed_spot(customer, state=state, eta_at=NOW + 99 * HOUR)
        make_message(customer=customer, case=spot, reason=reason)

    send()
    third = Message.objects.last()
    assert states() == ["handed_over", "handed_over", "held"]
    assert (third.why, third.due_at) == ("cap", NOW + DAY)
    send(hours=23)
    assert states()[2] == "held"
    send(hours=24)

    assert states() == ["handed_over"] * 3


@pytest.mark.django_db
def test_people_in_several_spots_get_one_text_that_names_them():
    customer = make_customer()
    for place in ("ул. Полевая", "ул. Лесная", "ул. Лесная"):
        make_message(customer=customer, case=make_fixed_spot(customer, place=place), text="Готово.")
    other = make_message(text="Готово.")

    send()

    texts = Message.objects.order_by("pk").values_list("state", "why", "text")
    assert [row[:2] for row in texts] == [
        ("handed_over", ""),
        ("cancelled", "joined"),
        ("cancelled", "joined"),
        ("handed_over", ""),
    ]
    assert texts[0][2].startswith("Готово. ")
    assert texts[0][2].count("ул. Лесная") == 1
    assert "ул. Полевая" not in texts[0][2]  # the text itself has it
    assert texts[3][2] == other.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("named", "goes"),
    [
        ({}, []),
        ({"purpose": "service"}, ["survey"]),
        ({"purpose": "survey"}, ["fixed", "other"]),
        ({"brand": "other"}, ["fixed", "survey"]),
        ({"brand": "other", "purpose": "survey"}, ["fixed", "survey", "other"]),
        ({"gateway": "console"}, []),
    ],
)
def test_a_switch_stops_what_it_names_until_it_is_lifted(named, goes):
    other = make_brand("other")
    customer = make_customer(brand=other)
    rows = {
        "fixed": make_message(),
        "survey": make_message(reason="survey", invitation=make_message().invitation),
        "other": make_message(customer=customer, case=make_fixed_spot(customer, brand=other)),
    }
    Message.objects.exclude(pk__in=[one.pk for one in rows.values()]).delete()
    by = make_user("administrator")
    brand = other if "brand" in named else None
    stop = transitions.pull(why="noise", by=by, now=NOW, **{**named, "brand": brand})

    send()
    for row in rows.values():
        row.refresh_from_db()
    assert [name for name, row in rows.items() if row.state == "handed_over"] == goes
    transitions.lift(stop_id=stop.pk, by=by, now=NOW)
    send(hours=0.1)

    assert set(states()) == {"handed_over"}
    with pytest.raises(transitions.StopRefusedError):
        transitions.lift(stop_id=stop.pk, by=by, now=NOW)


@pytest.mark.django_db
def test_a_supervisor_pulls_and_lifts_a_switch_in_the_admin(signed_in):
    client = signed_in("supervisor")

    client.post(
        reverse("admin:feedback_stop_add"),
        {"purpose": "survey", "brand": "", "gateway": "", "why": "wrong text"},
    )
    stop = Stop.objects.get()
    row = {"action": "lift", "_selected_action": [stop.pk]}
    client.post(reverse("admin:feedback_stop_changelist"), row)

    stop.refresh_from_db()
    assert stop.pulled_by == stop.lifted_by is not None


@pytest.mark.django_db
def test_that_an_emergency_of_other_brands_is_over_is_not_for_a_supervisor_of_one_to_say():
    rival, chief, boss = make_brand("rival"), make_user("administrator"), make_user("supervisor")
    all_of_them = transitions.pull(why="wrong text", by=chief, now=NOW)
    own, theirs = (
        transitions.pull(why="wrong text", brand=boss.brands.get(), by=chief, now=NOW),
        transitions.pull(why="wrong text", by=boss, now=NOW),
    )

    with pytest.raises(transitions.StopRefusedError):
        transitions.lift(stop_id=all_of_them.pk, by=boss, now=NOW)
    for stop in (own, theirs):
        transitions.lift(stop_id=stop.pk, by=boss, now=NOW)
    boss.brands.add(rival)
    transitions.lift(stop_id=all_of_them.pk, by=boss, now=NOW)

    assert not Stop.objects.in_force().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answered", "purposes"),
    [
        ("eta_set", ["marketing", "service", "survey"]),
        ("fixed", ["marketing", "survey"]),
        ("survey", ["marketing", "survey"]),
    ],
)
def test_stop_refuses_what_the_customer_answered_and_always_surveys_and_offers(answered, purposes):
    phone = "+79161234512"
    customer = make_customer(phone=phone, phone_index=blind_index(phone))
    message = make_message(customer=customer)
    Message.objects.filter(pk=message.pk).update(reason=answered)
    part = {"copy": 1, "number": 1, "gateway": "g", "address_index": blind_index(phone)}
    Part.objects.create(message=message, sent_at=NOW, **part)
    IncomingText.objects.create(
        gateway="g", address_index=blind_index(phone), sender="0650", text="СТОП", received_at=NOW
    )

    transitions.settle_texts(now=NOW)

    rows = OptOut.objects.filter(customer=customer).order_by("purpose")
    assert list(rows.values_list("purpose", flat=True)) == purposes
