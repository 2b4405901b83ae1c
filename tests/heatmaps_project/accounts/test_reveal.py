"""A look at a customer's phone or e-mail address: with a reason, recorded, and not too often."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from complaints.customers.personal import blind_index
from complaints.models import Customer
from heatmaps_project.accounts import transitions
from heatmaps_project.models import Look
from tests.factories import NOW, make_brand, make_customer, make_user

pytestmark = pytest.mark.django_db

ADDRESS = reverse("reveal")


def reveal(by, customer, *, field="phone", reason="call back", now=NOW):
    return transitions.reveal(by=by, customer_id=customer.pk, field=field, reason=reason, now=now)


@pytest.mark.parametrize("field", ["phone", "email"])
def test_a_look_shows_the_field_in_full_and_is_recorded(field):
    by, customer = make_user("supervisor"), make_customer()

    shown = reveal(by, customer, field=field, reason="  call\n back ")

    look = Look.objects.get()
    assert shown == getattr(customer, field)
    assert (look.by, look.at, look.subject) == (by, NOW, f"customer {customer.pk}")
    assert (look.field, look.reason) == (field, "call back")


def test_a_phone_in_the_reason_is_masked_before_the_look_is_kept():
    phone = "+79261234512"
    customer = make_customer(phone=phone, phone_index=blind_index(phone))

    reveal(make_user("supervisor"), customer, reason="перезвонить на 8 926 123-45-12")

    assert Look.objects.get().reason == "перезвонить на +7 926 ***-**-12"


@pytest.mark.parametrize(
    ("field", "reason"), [("phone", " "), ("ltv", "to know"), ("__class__", "to know")]
)
def test_without_a_reason_or_for_another_field_nothing_is_shown(field, reason):
    with pytest.raises(transitions.RevealRefusedError):
        reveal(make_user("supervisor"), make_customer(), field=field, reason=reason)

    assert not Look.objects.exists()


@pytest.mark.parametrize("role", ["agent", "engineer", "planner", "administrator"])
def test_whoever_may_not_reveal_is_refused(role):
    with pytest.raises(PermissionDenied):
        reveal(make_user(role), make_customer())


def test_a_customer_of_another_brand_is_not_there():
    customer = make_customer(brand=make_brand("other"))

    with pytest.raises(Customer.DoesNotExist):
        reveal(make_user("supervisor"), customer)

    assert not Look.objects.exists()


def test_the_quota_counts_the_looks_of_one_person_within_an_hour(settings):
    settings.REVEAL_QUOTA_PER_HOUR = 2
    by, customer = make_user("supervisor"), make_customer()
    reveal(make_user("supervisor"), customer)
    for minutes in (0, 30):
        reveal(by, customer, now=NOW + timedelta(minutes=minutes))

    with pytest.raises(transitions.QuotaUsedUpError):
        reveal(by, customer, now=NOW + timedelta(minutes=59))

    assert reveal(by, customer, now=NOW + timedelta(minutes=60)) == customer.phone


@pytest.mark.django_db(transaction=True)
def test_the_quota_holds_however_many_looks_come_at_once(settings):
    settings.REVEAL_QUOTA_PER_HOUR = 5
    by, customer = make_user("supervisor"), make_customer()
    shown, refused = [], []

    def look():
        try:
            shown.append(reveal(by, customer))
        except transitions.QuotaUsedUpError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=look) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(shown), len(refused), Look.objects.count()) == (5, 7, 5)


def test_the_page_answers_with_the_value_and_is_kept_by_no_cache(signed_in):
    customer = make_customer()
    answer = signed_in("dispatcher").post(
        ADDRESS, {"customer": customer.pk, "field": "phone", "reason": "call back"}
    )

    assert (answer.status_code, answer.json()) == (200, {"value": customer.phone})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("role", "sent", "status"),
    [
        ("dispatcher", {"reason": ""}, 400),
        ("dispatcher", {"field": "crm_id"}, 400),
        ("dispatcher", {"customer": "0"}, 404),
        ("dispatcher", {"customer": "9" * 30}, 404),
        ("dispatcher", {"customer": "x"}, 404),
        ("engineer", {}, 403),
    ],
)
def test_a_refusal_says_why(signed_in, role, sent, status):
    row = {"customer": make_customer().pk, "field": "phone", "reason": "call back", **sent}

    answer = signed_in(role).post(ADDRESS, row)

    assert answer.status_code == status
    assert answer.json()["detail"]
    assert not Look.objects.exists()


def test_more_looks_than_the_quota_are_answered_429(signed_in, settings):
    settings.REVEAL_QUOTA_PER_HOUR = 0

    answer = signed_in("dispatcher").post(
        ADDRESS, {"customer": make_customer().pk, "field": "phone", "reason": "call back"}
    )

    assert answer.status_code == 429


def test_only_a_signed_in_post_is_heard(client, signed_in):
    assert client.post(ADDRESS).status_code == 302
    assert signed_in("dispatcher").get(ADDRESS).status_code == 405
