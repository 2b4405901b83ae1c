"""A spot that a few numbers make look larger says so, where it is listed and on its page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints.intake.flooding import MOST
from spots.cases.flooded import floods
from tests.factories import NOW, make_complaints, make_customer, make_spot, make_user

pytestmark = pytest.mark.django_db


def complaints_of(customer, times, *, days_ago=0, **fields):
    at = NOW - timedelta(days=days_ago)
    row = {"customer": customer, "brand": customer.brand, "received_at": at, "occurred_at": at}
    return make_complaints([row | fields] * times)


def spot_of(*members, **fields):
    complaints = [one for each in members for one in each]
    customers = len({one.customer_id for one in complaints})
    return make_spot(complaints=complaints, **{"customers": customers} | fields)


def test_who_complains_in_a_spot_more_often_in_a_day_than_anybody_would_is_told():
    often = [make_customer() for _ in range(3)]
    honest = [complaints_of(make_customer(), 2) for _ in range(5)]
    faked = spot_of(*honest, *(complaints_of(one, 166) for one in often))
    spot_of(complaints_of(make_customer(), MOST))
    slowly = make_customer()
    spot_of(*(complaints_of(slowly, MOST, days_ago=day) for day in range(4)))  # no day is enough
    spot_of(complaints_of(make_customer(), MOST + 1), state="verified", fixed_at=NOW)

    found = floods()

    assert list(found) == [faked.pk]
    assert found[faked.pk].times == dict.fromkeys([one.pk for one in often], 166)
    assert found[faked.pk].complaints == 498


def test_what_was_withdrawn_or_taken_out_of_the_spot_no_longer_counts():
    spot_of(complaints_of(make_customer(), MOST + 1, withdrawn_at=NOW))
    spot = spot_of(complaints_of(make_customer(), MOST + 1))
    spot.memberships.update(until=NOW)

    assert floods() == {}


def test_it_is_said_in_the_queue_and_on_the_page_and_who_to_those_who_may_know(signed_in):
    often = make_customer()
    spot = spot_of(complaints_of(often, 40), complaints_of(make_customer(), 1))
    queue = reverse("admin:spots_spot_changelist")
    page = reverse("admin:spots_spot_change", args=[spot.pk])
    customer = reverse("admin:complaints_customer_change", args=[often.pk])
    words = "1 number complained more than 20 times in a day: 40 complaints of it are here."

    browser = signed_in(make_user("supervisor", language="en"))
    assert "few numbers, many complaints" in browser.get(queue).content.decode()
    shown = browser.get(page).content.decode()
    assert words in shown
    assert customer in shown

    shown = signed_in(make_user("agent", language="en")).get(page).content.decode()
    assert words in shown
    assert customer not in shown


def test_of_other_spots_nothing_is_said(signed_in):
    spot = spot_of(complaints_of(make_customer(), MOST))
    browser = signed_in(make_user("supervisor", language="en"))

    for address in ("admin:spots_spot_changelist", "admin:spots_spot_change"):
        given = [spot.pk] if address.endswith("_change") else []
        shown = browser.get(reverse(address, args=given)).content.decode()
        assert "few numbers, many" not in shown
        assert 'id="flood"' not in shown
