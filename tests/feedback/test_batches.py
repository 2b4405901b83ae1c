"""Batches: counted before they go, let go by two, paused, cancelled; and their page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from complaints.customers.consent import OptOut
from complaints.models import Region
from feedback.models import Announcement, Message, SendingRule
from feedback.notifications import transitions
from feedback.notifications.batches.forecasts import Forecast, outcome
from feedback.notifications.sending import delivery
from tests.factories import (
    NOW,
    make_area_batch,
    make_brand,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_house,
    make_region,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db
HALF_PAST_EIGHT = NOW.replace(hour=17, minute=30)  # in Moscow; in Omsk it is past eleven


@pytest.fixture(autouse=True)
def _log_only(settings):
    settings.SMS_GATEWAY = "console:"


def allowed_alone(people: int) -> None:
    SendingRule.objects.update_or_create(pk=1, defaults={"approve_above": people})


def make_area(customers: int = 3):
    """A spot that is worked on, and a house in it of customers who never complained."""
    spot = make_spot(complaints=[make_complaint()], state="accepted", place="Мытищи")
    make_house(*(make_customer() for _ in range(customers)))
    return spot


def make_started(by=None, customers: int = 3) -> Announcement:
    by = by or make_user("supervisor")
    batch = transitions.make_for_area(case=make_area(customers), by=by, now=NOW)
    return transitions.step(batch_id=batch.pk, step="start", by=by, now=NOW)


def step(batch, name, role="supervisor", by=None):
    by = by or make_user(role)
    return transitions.step(batch_id=batch.pk, step=name, by=by, now=NOW)


def states() -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


def test_what_is_counted_before_a_batch_goes_comes_true():
    refuses = make_customer()
    OptOut.objects.create(customer=refuses, purpose="service", at=NOW, told_by="sms")
    people = [
        *(make_customer() for _ in range(3)),
        make_customer(language="en"),
        make_customer(phone="", email="ana@example.org"),
        make_customer(phone="", email=""),
        refuses,
    ]
    spot = make_spot(complaints=[make_complaint()], state="accepted", place="д. " * 25)
    make_house(*people)
    by = make_user("supervisor")
    batch = transitions.make_for_area(case=spot, by=by, now=NOW)

    assert transitions.count_batches(now=NOW) == 1
    assert transitions.count_batches(now=NOW) == 0
    batch.refresh_from_db()
    expected = Forecast.of(batch.forecast)
    step(batch, "start", by=by)
    transitions.plan_messages(now=NOW)

    batch.refresh_from_db()
    assert expected == outcome(batch)
    assert (expected.messages, expected.emails, expected.opted_out, expected.silent) == (5, 1, 1, 1)
    assert expected.parts == sum(
        Message.objects.filter(channel="sms").values_list("parts", flat=True)
    )
    assert batch.recipients == 7


def test_in_the_night_a_forecast_says_how_many_wait_for_the_morning():
    batch = transitions.make_for_area(case=make_area(2), by=make_user("supervisor"), now=NOW)

    transitions.count_batches(now=NOW.replace(hour=20))

    batch.refresh_from_db()
    assert Forecast.of(batch.forecast).held == 2


def make_spot_of_three_zones() -> Announcement:
    """Fixed at half past eight in Moscow, of people who live in three zones; it waits."""
    allowed_alone(1)
    zones = (("Europe/Kaliningrad", 20.5, 3), ("Europe/Moscow", 37.6, 2), ("Asia/Omsk", 73.4, 4))
    spot = make_fixed_spot(fixed_at=HALF_PAST_EIGHT)
    for name, lon, people in zones:
        region = make_region(name, lon=lon)
        Region.objects.filter(pk=region.pk).update(time_zone=name)
        for _ in range(people):
            one = make_complaint(region=region, lon=lon)
            spot.memberships.create(complaint=one, since=NOW)
    transitions.plan_messages(now=HALF_PAST_EIGHT)
    return Announcement.objects.get()


def test_people_of_one_spot_sleep_by_their_own_clocks_as_was_counted_before():
    batch = make_spot_of_three_zones()
    transitions.count_batches(now=HALF_PAST_EIGHT)
    batch.refresh_from_db()
    counted = Forecast.of(batch.forecast)
    for role in ("supervisor", "administrator"):
        transitions.step(batch_id=batch.pk, step="approve", by=make_user(role), now=HALF_PAST_EIGHT)
    transitions.plan_messages(now=HALF_PAST_EIGHT)

    assert (counted.at_once, counted.held) == (5, 4)
    assert counted.mornings == {"2026-03-26T03:00Z Asia/Omsk": 4}
    held = Message.objects.filter(state="held").values_list("time_zone", "due_at")
    assert list(held) == [("Asia/Omsk", datetime(2026, 3, 26, 3, tzinfo=UTC))] * 4


def test_what_waits_is_counted_anew_as_the_night_falls():
    batch = make_spot_of_three_zones()
    held = []
    for minutes in (0, 10, 31, 91):  # at 21:01 it is night in Moscow, at 22:01 in Kaliningrad
        transitions.count_batches(now=HALF_PAST_EIGHT + timedelta(minutes=minutes))
        batch.refresh_from_db()
        held.append(Forecast.of(batch.forecast).held)

    assert held == [4, 4, 6, 9]


def test_the_page_says_who_goes_at_once_who_in_the_morning_and_what_a_gateway_has(signed_in):
    batch = make_spot_of_three_zones()
    transitions.count_batches(now=HALF_PAST_EIGHT)
    for role in ("supervisor", "administrator"):
        transitions.step(batch_id=batch.pk, step="approve", by=make_user(role), now=HALF_PAST_EIGHT)
    transitions.plan_messages(now=HALF_PAST_EIGHT)
    delivery.send_messages(now=HALF_PAST_EIGHT)
    unknown = Message.objects.filter(state="handed_over").first()
    Message.objects.filter(pk=unknown.pk).update(state="uncertain", handed_over_at=None)

    page = signed_in(make_user("supervisor", language="en")).get(page_of(batch)).text

    assert "at once: 5" in page
    assert "of them from 26 March, 06:00 (09:00 there), UTC+06: 4" in page
    assert "4 of 9 have gone" in page
    assert "25 March, 20:00: 4" in page


def test_a_batch_to_many_waits_for_a_second_person_who_is_not_the_first():
    allowed_alone(2)
    first, second = make_user("supervisor"), make_user("administrator")
    batch = make_started(first)
    assert batch.state == "waiting"
    assert transitions.plan_messages(now=NOW) == 0

    with pytest.raises(transitions.BatchRefusedError):
        step(batch, "approve", by=first)
    with pytest.raises(transitions.BatchRefusedError):
        step(batch, "approve", "dispatcher")  # who may start, and not approve
    batch = step(batch, "approve", by=second)

    assert (batch.state, batch.asked_by, batch.approved_by) == ("going", first, second)
    assert transitions.plan_messages(now=NOW) == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.filter(pk=batch.pk).update(approved_by=first)


def test_small_batches_of_one_person_within_a_day_wait_as_a_large_one_does(signed_in):
    """A spot that is split, or works street by street: a whole region, told by one person."""
    allowed_alone(3)
    first, second = make_user("dispatcher"), make_user("supervisor")
    people = [make_customer() for _ in range(3)]
    make_house(*people)

    def started(by, now=NOW):
        spot = make_spot(complaints=[make_complaint()], state="accepted")
        batch = transitions.make_for_area(case=spot, by=by, now=now)
        return transitions.step(batch_id=batch.pk, step="start", by=by, now=now)

    one_too_many = [started(first) for _ in range(6)][-1]

    states = Announcement.objects.filter(asked_by=first).order_by("pk")
    assert [batch.state for batch in states] == ["going"] * 5 + ["waiting"]
    page = signed_in("supervisor").get(
        reverse("admin:feedback_announcement_change", args=[one_too_many.pk])
    )
    assert "за сутки уже оповестил многих" in page.content.decode()
    assert started(second).state == "going"
    assert step(one_too_many, "approve", by=second).state == "going"
    assert started(first, NOW + timedelta(days=1, minutes=1)).state == "going"


def test_a_second_person_approves_as_many_as_they_have_seen(signed_in):
    """Whoever asked for it took other spots into its own while it waited, or was paused."""
    allowed_alone(2)
    first = make_user("supervisor")
    batch = make_started(first)
    address = reverse("admin:feedback_announcement_step", args=[batch.pk, "approve"])
    make_house(*(make_customer() for _ in range(4)))
    second = signed_in(make_user("supervisor", language="en"))

    page = second.post(address, {"seen": "3"}, follow=True).content.decode()
    batch.refresh_from_db()
    assert (batch.state, batch.recipients, batch.approved_by) == ("waiting", 7, None)
    assert "It concerns more people by now, 7" in page
    assert '<input type="hidden" name="seen" value="7">' in page

    second.post(address, {"seen": "7"})
    step(batch, "pause", by=first)
    make_house(make_customer())
    step(batch, "go_on", by=first)
    assert transitions.plan_messages(now=NOW) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.recipients, batch.approved_by) == ("waiting", 8, None)

    second.post(address, {"seen": "8"})
    assert transitions.plan_messages(now=NOW) == 8


def test_what_the_engine_began_is_approved_by_two_persons():
    allowed_alone(2)
    make_fixed_spot(*(make_customer() for _ in range(3)))
    transitions.plan_messages(now=NOW)
    batch = Announcement.objects.get()
    one, other = make_user("supervisor"), make_user("supervisor")

    assert step(batch, "approve", by=one).state == "waiting"
    with pytest.raises(transitions.BatchRefusedError):
        step(batch, "approve", by=one)
    assert step(batch, "approve", by=other).state == "going"
    assert transitions.plan_messages(now=NOW) == 3


def test_a_paused_batch_sends_nothing_until_it_goes_on():
    batch = make_started()
    transitions.plan_messages(now=NOW)
    step(batch, "pause")

    assert transitions.claim(channel="sms", limit=10, now=NOW) == []  # at once
    assert delivery.send_messages(now=NOW) == 0
    assert set(Message.objects.values_list("state", "why")) == {("held", "paused")}

    step(batch, "go_on")
    delivery.send_messages(now=NOW)
    delivery.send_messages(now=NOW)
    batch.refresh_from_db()
    assert states() == ["handed_over"] * 3
    assert batch.state == "done"


def test_a_cancelled_batch_sends_what_had_begun_and_no_more():
    batch = make_started()
    transitions.plan_messages(now=NOW)
    transitions.claim(channel="sms", limit=1, now=NOW)

    step(batch, "cancel")

    assert states() == ["cancelled", "cancelled", "claimed"]
    with pytest.raises(transitions.BatchRefusedError):
        step(batch, "go_on")
    assert list(batch.steps.order_by("pk").values_list("step", flat=True)) == [
        *("make", "start", "cancel"),
    ]


def test_only_one_batch_tells_the_neighbours_of_a_spot():
    batch = make_started()

    with pytest.raises(transitions.BatchRefusedError):
        transitions.make_for_area(case=batch.case, by=make_user("supervisor"), now=NOW)


# Its pages


def page_of(batch) -> str:
    return reverse("admin:feedback_announcement_change", args=[batch.pk])


def test_a_dispatcher_makes_a_batch_sees_what_it_would_send_and_starts_it(signed_in):
    spot = make_area()
    client = signed_in("dispatcher")

    client.post(reverse("admin:feedback_announcement_add"), {"case": spot.pk})
    batch = Announcement.objects.get()
    transitions.count_batches(now=NOW)
    page = client.get(page_of(batch)).content.decode()
    client.post(reverse("admin:feedback_announcement_step", args=[batch.pk, "start"]))

    batch.refresh_from_db()
    assert "3 SMS" in page
    assert batch.state == "going"


def test_nobody_reaches_a_batch_behind_a_wall(signed_in):
    other = make_brand("other")
    foreign = make_area_batch(make_spot(brand=other, complaints=[]))
    client = signed_in("supervisor")

    address = reverse("admin:feedback_announcement_step", args=[foreign.pk, "cancel"])
    assert client.get(page_of(foreign)).status_code == 404
    assert client.post(address).status_code == 404
    form = client.post(reverse("admin:feedback_announcement_add"), {"case": foreign.case_id})
    assert form.context["form"].errors


def test_the_list_takes_as_many_queries_for_many_batches_as_for_few(
    signed_in, django_assert_max_num_queries
):
    client = signed_in("supervisor")
    make_area_batch(make_spot())
    url = reverse("admin:feedback_announcement_changelist")
    with django_assert_max_num_queries(15) as few:
        client.get(url)
    for _ in range(4):
        make_area_batch(make_spot())
    with django_assert_max_num_queries(15) as many:
        client.get(url)

    assert len(many) == len(few)


def test_ground_that_grew_since_it_was_started_waits_for_a_second_person(signed_in):
    """Started small, paused, and let go on once other spots were taken into its own."""
    allowed_alone(3)
    by = make_user("dispatcher")
    batch = make_started(by=by)
    assert batch.state == "going"
    step(batch, "pause", by=by)
    make_house(*(make_customer() for _ in range(2)))
    step(batch, "go_on", by=by)

    assert transitions.plan_messages(now=NOW) == 0

    batch.refresh_from_db()
    assert (batch.state, batch.recipients, states()) == ("waiting", 5, [])
    with pytest.raises(transitions.BatchRefusedError):
        step(batch, "approve", by=by)
    page = signed_in("supervisor").get(
        reverse("admin:feedback_announcement_change", args=[batch.pk])
    )
    assert "approve" in page.content.decode()
    step(batch, "approve")
    assert transitions.plan_messages(now=NOW) == 5


def test_small_batches_that_grow_are_counted_as_they_grew():
    """Started of one person each, paused, and let go on once other spots were taken into theirs."""
    allowed_alone(3)
    by = make_user("dispatcher")
    make_house(make_customer())

    def begun():
        spot = make_spot(complaints=[make_complaint()], state="accepted")
        batch = transitions.make_for_area(case=spot, by=by, now=NOW)
        step(batch, "start", by=by)
        return step(batch, "pause", by=by)

    batches = [begun() for _ in range(7)]
    make_house(make_customer(), make_customer())
    # who was written to of late is left out: here each batch has people of its own
    SendingRule.objects.update(area_days=0)
    for batch in batches:
        step(batch, "go_on", by=by)

    assert transitions.plan_messages(now=NOW) == 5 * 3
    for batch in batches:
        batch.refresh_from_db()
    assert sorted(batch.state for batch in batches) == ["going"] * 5 + ["waiting"] * 2
