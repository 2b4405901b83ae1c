"""Spots of which customers are told as they open, where a policy says so."""

from datetime import timedelta

import pytest

from complaints.models import Topic
from feedback.models import Announcement, Message, OpeningPolicy, SendingRule
from feedback.notifications import transitions
from spots.models import Case, Clock
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_customer,
    make_event,
    make_house,
    make_policy,
    make_spot,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def make_opened(*, at=NOW, **fields) -> Case:
    """A spot of one customer's complaint that the engine opened."""
    spot = make_spot(
        complaints=[make_complaint(topic=fields.get("topic") or make_topic())], **fields
    )
    make_event(spot, "opened", at=at)
    return spot


def make_opening(**fields) -> OpeningPolicy:
    return OpeningPolicy.objects.create(**{"since": NOW - HOUR, **fields})


def promise(spot: Case) -> None:
    """A fix by six in the evening."""
    make_policy()
    sla.start(
        case_id=spot.pk,
        brand_id=spot.brand_id,
        region_id=spot.region_id,
        topic_id=spot.topic_id,
        band=spot.band,
        now=NOW,
    )
    Clock.objects.filter(target="fix").update(due_at=NOW + 5 * HOUR)


def told() -> list[tuple[int | None, str]]:
    return list(Message.objects.order_by("case", "reason", "pk").values_list("case", "reason"))


def test_nobody_is_told_as_a_spot_opens_unless_a_policy_says_so():
    make_opened()
    make_opening(active=False)

    assert transitions.plan_messages(now=NOW) == 0


def test_the_most_particular_policy_says_of_which_spots_and_from_which_priority_on():
    other: Topic = make_topic("voice")
    make_opening(band=1)
    make_opening(topic=other, band=2)
    make_opening(brand=make_brand("other"), band=4)
    urgent, lesser = make_opened(band=1), make_opened(band=2)
    voice, minor = make_opened(band=2, topic=other), make_opened(band=3, topic=other)
    make_opened(band=1, at=NOW - 2 * HOUR)  # before the policy
    part = make_opened(band=1, split_from=urgent)

    transitions.plan_messages(now=NOW)
    assert told() == [(urgent.pk, "opened"), (voice.pk, "opened")]
    Case.objects.filter(pk__in=[lesser.pk, part.pk]).update(band=1)  # it grew
    Case.objects.filter(pk=minor.pk).update(band=2)
    for hours in (2, 2, 30):  # a day later it is no news
        transitions.plan_messages(now=NOW + hours * HOUR)
        Case.objects.filter(pk=minor.pk).update(band=3)

    assert told() == [(spot.pk, "opened") for spot in (urgent, lesser, voice, minor)]


def test_neighbours_hear_too_and_the_promise_is_said_until_an_engineer_knows_better():
    make_opening(neighbours=True)
    spot = make_opened(place="Мытищи, ул. Полевая")
    promise(spot)
    near = make_customer()
    make_house(near, spot.memberships.get().complaint.customer)

    for _ in range(2):
        transitions.plan_messages(now=NOW)

    opened, area = Message.objects.order_by("pk")
    assert (opened.reason, area.reason, area.customer) == ("opened", "area", near)
    for message in (opened, area):
        assert "Мытищи, ул. Полевая" in message.text
        assert "Срок: 25 марта, 18:00" in message.text
    by = make_user("supervisor")
    with pytest.raises(transitions.BatchRefusedError):  # they are being told already
        transitions.make_for_area(case=spot, by=by, now=NOW)
    # the engineer's term is told to whoever complained, and what was not sent yet is dropped
    Case.objects.update(
        state="fixing", cause=make_cause(), fix_kind="accident", eta_at=NOW + 3 * HOUR
    )
    make_event(spot, "planned", at=NOW + HOUR)
    transitions.plan_messages(now=NOW + HOUR)
    opened.refresh_from_db()
    assert (opened.state, opened.why) == ("cancelled", "overtaken")
    assert "16:00" in Message.objects.get(reason="eta_set").text


def test_a_policy_may_keep_the_promise_to_itself_and_many_wait_for_a_person():
    make_opening(says_promise=False)
    SendingRule.objects.update_or_create(pk=1, defaults={"approve_above": 0})
    spot = make_opened()
    promise(spot)

    assert transitions.plan_messages(now=NOW) == 0
    batch = Announcement.objects.get()
    assert (batch.state, batch.asked_by) == ("waiting", None)
    for by in (make_user("supervisor"), make_user("supervisor")):  # two, neither the engine
        transitions.step(batch_id=batch.pk, step="approve", by=by, now=NOW)
    transitions.plan_messages(now=NOW)
    assert "уточняется, сообщим позже" in Message.objects.get().text
