"""Whoever refused messages is written to under none of the names that they are known by."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.customers import consent
from complaints.customers.consent import Purpose, refuses, refusing
from complaints.customers.personal import blind_index
from complaints.customers.transitions import opt_in, opt_out
from complaints.models import Complaint, Customer
from feedback.models import Message
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import TextFacts
from feedback.notifications.outbox.states import Why
from feedback.notifications.transitions.truth import reasons_not_to_send
from feedback.surveys.states import Skip
from feedback.surveys.unasked import unasked
from feedback.surveys.why import obstacles_of
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_customer,
    make_event,
    make_message,
    make_spot,
    make_topic,
)

pytestmark = pytest.mark.django_db

PHONE, MAIL = "+79261234512", "anna@example.org"


def known(crm_id: str, *, phone: str = "", email: str = "", **more: Any) -> Customer:
    indexes = {"phone_index": blind_index(phone), "email_index": blind_index(email)}
    return make_customer(crm_id=crm_id, phone=phone, email=email, **indexes, **more)


def typed(visitor: Client, brand: str) -> Customer:
    """Somebody fills in the form with this phone, whosever it is."""
    url = f"/complain/{brand}/"
    key = visitor.get(url).context["key"]
    form = {"number": key, "phone": PHONE, "address": "Мытищи, 1", "topic": make_topic().code}
    visitor.post(url, {**form, "tell": "1"})
    customer = Complaint.objects.get(source="web-form").customer
    assert customer is not None
    return customer


def asked_of_a_fix() -> set[str | None]:
    """Return to whom the last fix was told with a question."""
    transitions.plan_messages(now=NOW)
    told = Message.objects.filter(invitation__isnull=False)
    return {one.customer.crm_id for one in told.select_related("customer")}


def test_a_form_asks_nobody_who_has_said_stop(client):
    told = known("C-1", phone=PHONE)
    transitions.take_text(TextFacts("sms", PHONE, "0650", "СТОП"), now=NOW)
    transitions.settle_texts(now=NOW + timedelta(seconds=1))

    twice, other = typed(client, told.brand.code), make_customer(crm_id="C-2")
    members = [make_complaint(customer=one, tell=True) for one in (told, twice, other)]
    spot = make_spot(complaints=members, state="fixed", fixed_at=NOW, place="Мытищи")
    make_event(spot)

    assert twice.crm_id.startswith("tel:")
    assert asked_of_a_fix() == {"C-2"}
    assert obstacles_of(twice) == [str(Skip.OPTED_OUT.label)]


@pytest.mark.parametrize("purpose", Purpose)
def test_a_refusal_holds_for_whoever_has_the_same_phone_or_mail(purpose):
    told = known("C-1", phone=PHONE, email=MAIL)
    by_phone, by_mail = known("tel:1", phone=PHONE), known("mail:1", email=MAIL)
    known("C-2", phone=PHONE, email=MAIL)  # a family's, perhaps: of whom the CRM tells by itself
    known("tel:2", phone="+79261234513"), known("tel:3"), known("mail:3")
    known("tel:1", phone=PHONE, brand=make_brand("other"))
    everybody = Customer.objects.values_list("pk", flat=True)

    assert not refusing(purpose).exists()
    opt_out(customer_id=told.pk, purpose=purpose, told_by="api", now=NOW)

    assert {*refusing(purpose)} == {told, by_phone, by_mail}
    assert [refusing(one).exists() for one in Purpose if one != purpose] == [False, False]
    of_complaints = Complaint.objects.filter(refuses(purpose, of="customer__"))
    make_complaint(customer=by_phone), make_complaint(customer=make_customer(crm_id="C-9"))
    assert [one.customer for one in of_complaints] == [by_phone]
    asked = {told.pk, by_phone.pk, by_mail.pk} if purpose == Purpose.SURVEY else set()
    assert set(unasked(everybody)) == asked

    opt_in(customer_id=told.pk, purpose=purpose, by="crm", now=NOW)
    assert not refusing(purpose).exists()


def test_forms_with_somebodys_mail_do_not_hide_that_they_refused():
    for number in range(25):
        known(f"tel:{number}", phone=f"+792600000{number:02}", email=MAIL)
    told, by_mail = known("C-1", email=MAIL), known("mail:1", email=MAIL)
    opt_out(customer_id=told.pk, purpose=Purpose.SURVEY, told_by="api", now=NOW)

    assert by_mail in refusing(Purpose.SURVEY)


def test_nobody_refuses_for_the_mail_that_they_typed_beside_their_phone():
    typed_beside, owner = known("tel:1", phone=PHONE, email=MAIL), known("mail:1", email=MAIL)

    opt_out(customer_id=typed_beside.pk, purpose=Purpose.SURVEY, told_by="sms", now=NOW)

    assert owner not in refusing(Purpose.SURVEY)


def test_what_waits_is_not_sent_once_they_refuse():
    told, twice = known("C-1", phone=PHONE), known("tel:1", phone=PHONE)
    waits = make_message(customer=twice)

    opt_out(customer_id=told.pk, purpose=Purpose.SURVEY, told_by="web", now=NOW)
    before = reasons_not_to_send([waits], now=NOW)
    opt_out(customer_id=told.pk, purpose=Purpose.SERVICE, told_by="api", now=NOW)

    assert Why.OPTED_OUT not in before.values()
    assert reasons_not_to_send([waits], now=NOW) == {waits.pk: Why.OPTED_OUT}


def test_a_stop_holds_for_whom_the_crm_tells_of_later_until_they_agree():
    by_phone = known("tel:1", phone=PHONE)
    opt_out(customer_id=by_phone.pk, purpose=Purpose.SURVEY, told_by="sms", now=NOW)
    opt_out(customer_id=by_phone.pk, purpose=Purpose.SERVICE, told_by="web", now=NOW)

    told, other = known("C-1", phone=PHONE), known("C-2", phone="+79261234513")

    assert {*refusing(Purpose.SURVEY)} == {by_phone, told}
    assert {*refusing(Purpose.SERVICE)} == {by_phone}  # who opened a page may be anybody
    opt_in(customer_id=other.pk, purpose=Purpose.SURVEY, by="crm", now=NOW)
    assert told in refusing(Purpose.SURVEY)
    opt_in(customer_id=told.pk, purpose=Purpose.SURVEY, by="crm", now=NOW)
    assert not refusing(Purpose.SURVEY).exists()


def test_a_stop_by_text_holds_for_the_number_whatever_was_refused_before_by_a_link():
    by_phone = known("tel:1", phone=PHONE)
    opt_out(customer_id=by_phone.pk, purpose=Purpose.SURVEY, told_by="web", now=NOW)
    later = NOW + timedelta(hours=1)
    for at in (later, later + timedelta(hours=1)):
        transitions.take_text(TextFacts("sms", PHONE, f"{at:%H%M}", "СТОП"), now=at)
        transitions.settle_texts(now=at + timedelta(seconds=1))

    told = known("C-1", phone=PHONE)

    assert {*refusing(Purpose.SURVEY)} == {by_phone, told}
    row = by_phone.opt_outs.get(purpose=Purpose.SURVEY)
    assert (row.told_by, row.at) == ("web", NOW)  # the first time stands
    assert later <= row.by_text_at < later + timedelta(minutes=1)
    opt_in(customer_id=told.pk, purpose=Purpose.SURVEY, by="crm", now=later)
    assert not refusing(Purpose.SURVEY).exists()
    proofs = by_phone.taken_back_refusals.order_by("refused_at")
    assert list(proofs.values_list("told_by", flat=True)) == ["web", "sms"]


def test_a_mail_typed_beside_somebody_elses_phone_silences_nobody():
    refuser = known("C-1", email=MAIL)
    opt_out(customer_id=refuser.pk, purpose=Purpose.SURVEY, told_by="api", now=NOW)

    by_phone = known("tel:1", phone=PHONE, email=MAIL)

    assert by_phone not in refusing(Purpose.SURVEY)


def test_what_very_many_share_is_no_persons(monkeypatch):
    monkeypatch.setattr(consent, "_SHARED_BY", 2)
    sharing = [known(f"C-{n}", email=MAIL) for n in range(4)]
    for one in sharing:
        opt_out(customer_id=one.pk, purpose=Purpose.SURVEY, told_by="api", now=NOW)
    by_mail = known("mail:1", email=MAIL)

    with CaptureQueriesContext(connection) as asked:
        assert by_mail in refusing(Purpose.SURVEY)

    assert "LIMIT 2" in asked[0]["sql"]
