"""Whom the CRM tells of, and who wrote by a form or a letter too: one person, erased at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints.customers.personal import blind_index
from complaints.intake.sent import read_row
from complaints.intake.transitions import receive
from complaints.models import Complaint, Customer
from feedback.models import IncomingText
from heatmaps_project.customers.retention.kinds import Kind
from heatmaps_project.customers.retention.transitions import end_some
from tests.factories import NOW, bearer, make_api_client, make_brand, make_customer, make_topic
from tests.heatmaps_project.customers.test_customers_api import everything

pytestmark = pytest.mark.django_db

PHONE, MAIL, WORDS = "+79261234512", "anna@example.org", "я Анна с Несравненной, 7"


def told(crm_id: str = "C-1", *, email: str = MAIL) -> Customer:
    indexes = {"phone_index": blind_index(PHONE), "email_index": blind_index(email)}
    return make_customer(crm_id=crm_id, phone=PHONE, email=email, **indexes)


def writes(brand: str, **customer: str) -> Customer:
    """By a form or a letter: nobody has told of whom."""
    number = str(Complaint.objects.count())
    row = {
        **{
            "external_id": number,
            "brand": brand,
            "topic": make_topic().code,
            "channel": "web_form",
        },
        **{"text": WORDS, "address": "Мытищи, 1", "occurred_at": NOW, "customer": customer},
    }
    [receipt] = receive([read_row(row, now=NOW)], source="form", now=NOW, proven=False)
    return Complaint.objects.get(pk=receipt.complaint_id).customer


@pytest.fixture(name="erases")
def _erases(client):
    header = bearer(make_api_client("crm"))

    def ask(customer: Customer) -> int:
        return client.delete(
            reverse("api-customer", args=[customer.pk]), headers=header
        ).status_code

    return ask


def test_what_they_wrote_under_their_phone_or_mail_alone_goes_too(erases):
    customer = told()
    brand = customer.brand.code
    known = {writes(brand, phone=PHONE), writes(brand, email=MAIL)}
    text = {"address": PHONE, "address_index": blind_index(PHONE), "text": WORDS}
    IncomingText.objects.create(gateway="sms", received_at=NOW, meaning="nobody", **text)

    assert [erases(customer) for _ in range(2)] == [204, 204]

    left = everything()
    for trace in (PHONE, MAIL, WORDS, "C-1", "Мытищи", (blind_index(PHONE) or b"").hex()):
        assert trace not in left
    assert Customer.objects.not_erased().count() == 0
    assert all(one.erasure.report for one in known)


def test_what_another_customer_of_the_brand_may_have_written_stays_until_they_go(erases):
    customer, other = told(), told("C-2", email="")
    by_phone, by_mail = (
        writes(customer.brand.code, phone=PHONE),
        writes(customer.brand.code, email=MAIL),
    )
    rivals = writes(make_brand("rival").code, phone=PHONE)

    assert erases(customer) == 204
    assert {*Customer.objects.not_erased()} == {other, by_phone, rivals}
    assert by_mail not in Customer.objects.not_erased()

    assert erases(other) == 204
    assert {*Customer.objects.not_erased()} == {rivals}


def test_who_is_known_by_a_phone_alone_takes_nobody_with_them(erases):
    customer = told()
    known = writes(customer.brand.code, phone=PHONE, email="form@example.org")
    typed = writes(customer.brand.code, email="form@example.org")  # perhaps somebody else's

    assert erases(known) == 204

    assert {*Customer.objects.not_erased()} == {customer, typed}


def test_who_ends_by_age_leaves_what_came_since():
    customer = told()
    known = writes(customer.brand.code, phone=PHONE)
    Customer.objects.filter(pk=customer.pk).update(described_at=NOW - timedelta(days=9))

    end_some(Kind.CUSTOMERS, customer.brand_id, before=NOW - timedelta(days=1), now=NOW)

    assert {*Customer.objects.not_erased()} == {known}
