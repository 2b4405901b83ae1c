"""Customers of a segment are written to in words of their own."""

import pytest

from feedback.goodwill.transitions import give
from feedback.models import Message, Template
from feedback.notifications import transitions
from feedback.notifications.templates.rewording import reworded
from tests.factories import NOW, make_cause, make_customer, make_fixed_spot, make_gift
from tests.feedback.goodwill.test_giving import gift_of

pytestmark = pytest.mark.django_db


def test_a_segment_has_words_of_its_own_by_every_channel_before_those_of_a_cause(signed_in):
    row = {"reason": "fixed", "channel": "sms", "language": "ru"}
    Template.objects.create(**row, cause=make_cause(), body="о причине: {cause} {link}")
    Template.objects.create(**row, segment="b2b", body="Уважаемый партнёр! Исправили. {link}")
    letter = {**row, "channel": "email", "subject": "Готово"}
    Template.objects.create(**letter, segment="b2b", body="Партнёру. {link}")
    usual, partner = make_customer(), make_customer(segment="b2b", email="b@example.com")
    make_fixed_spot(usual, partner)

    transitions.plan_messages(now=NOW)

    told = {one.customer_id: one for one in Message.objects.select_related("customer")}
    assert told[usual.pk].text.startswith("о причине")
    assert told[partner.pk].text.startswith("Уважаемый партнёр!")
    assert reworded(told[partner.pk], "email")["text"].startswith("Партнёру.")
    page = signed_in("administrator").get("/admin/feedback/template/").content.decode()
    assert "b2b" in page


def test_a_gift_is_told_in_the_words_of_the_segment_too():
    row = {"reason": "gift", "channel": "sms", "language": "ru", "segment": "vip"}
    Template.objects.create(**row, body="Уважаемый клиент, {gift}: {code}")
    for segment in ("vip", "mass"):
        customer = make_customer(segment=segment)
        give(**gift_of(customer_id=customer.pk, gift_id=make_gift(f"подарок {segment}").pk))

    first, second = Message.objects.order_by("pk")
    assert first.text.startswith("Уважаемый клиент, подарок vip: CODE-")
    assert not second.text.startswith("Уважаемый")
