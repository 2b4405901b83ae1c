"""A few numbers that complain hundreds of times are shown to dispatchers, and counted."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from complaints.intake.flooding import MOST, flooders
from tests.factories import make_brand, make_complaints, make_customer, make_user

pytestmark = pytest.mark.django_db


def complaining(times: int, *, hours_ago: float = 1, **fields):
    customer = make_customer(**fields)
    at = timezone.now() - timedelta(hours=hours_ago)
    row = {"customer": customer, "brand": customer.brand, "received_at": at, "occurred_at": at}
    make_complaints([row] * times)
    return customer


def test_who_complains_more_often_than_anybody_would_is_found_for_a_day():
    usual, often = complaining(MOST), complaining(MOST + 1)
    complaining(MOST + 1, hours_ago=25)

    found = flooders(now=timezone.now())

    assert found == {often.pk: MOST + 1}
    assert usual.pk not in found
    complaining(MOST + 5)
    assert flooders(now=timezone.now()) == found  # within a minute it is not counted anew
    cache.clear()
    assert list(flooders(now=timezone.now()).values()) == [MOST + 5, MOST + 1]


def test_above_the_queue_dispatchers_read_of_them_and_come_to_their_complaints(signed_in):
    dispatcher = make_user("dispatcher", language="en")
    for _ in range(3):
        complaining(170)
    complaining(3)
    complaining(99, brand=make_brand("rival"))
    link = f"{reverse('admin:complaints_complaint_changelist')}?often=yes"

    queue = signed_in(dispatcher).get(reverse("admin:spots_spot_changelist")).content.decode()
    assert "3 numbers have complained more than 20 times within a day, 510 in all." in queue
    assert link in queue
    rows = signed_in(dispatcher).get(link).context["cl"].queryset
    assert rows.count() == 510

    queue = signed_in("engineer").get(reverse("admin:spots_spot_changelist")).content.decode()
    assert link not in queue


def test_without_them_nothing_is_said(signed_in):
    complaining(MOST)

    assert "often=yes" not in (
        signed_in("dispatcher").get(reverse("admin:spots_spot_changelist")).content.decode()
    )
