"""Channels and self-service, counted over rows written for it; and visits that customers make."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints.customers.walls import Walls
from complaints.models import HouseSubscribers
from heatmaps_project.desk.own.links import path_to
from heatmaps_project.models import ApiClient, Lookup
from heatmaps_project.supervision.channels.reading import channels
from tests.factories import (
    NOW,
    make_answer,
    make_api_client,
    make_brand,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_house,
    make_invitation,
    make_lookup,
    make_region,
    make_spot,
    make_survey,
    make_user,
)
from tests.heatmaps_project.supervision.test_figures import scope
from tests.table_files import table_of

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False), translation.override("ru"):
        yield


def asked(customer, way: str, at, **fields) -> Lookup:
    """A conversation about a spot that is worked on."""
    row = {"customer": customer, "at": at, "situation": "working", "brand": make_brand(), **fields}
    if way == "own":
        return make_lookup(origin="own", **row | {"client": None})
    if way == "machine":
        return make_lookup(
            origin="api", client=ApiClient.objects.first() or make_api_client("ivr"), **row
        )
    return make_lookup(**row)


def test_complaints_are_counted_by_channel_for_each_thousand_subscribers():
    make_house(make_customer())
    HouseSubscribers.objects.update(people=2000)
    make_house(make_customer(), lon=60.0)  # in no region
    for channel, at, many in (
        ("call", NOW - DAY, 10),
        ("call", NOW - 40 * DAY, 90),
        ("shop", NOW - DAY, 4),
        ("shop", NOW - 40 * DAY, 5),
        ("social", NOW - 80 * DAY, 3),
    ):
        for _ in range(many):
            make_complaint(channel=channel, received_at=at)
    make_complaint(channel="call", received_at=NOW, withdrawn_at=NOW)

    found = channels(scope(region=make_region().pk))
    rows = {row.label: row for row in found.channels}

    assert found.subscribers == 2000
    call, shop = rows["звонок"], rows["магазин"] if "магазин" in rows else rows["салон связи"]
    assert (call.rate.events, call.before.events, call.per_thousand) == (10, 90, 5)
    assert call.fall.low > 50  # proven
    assert (shop.rate.events, shop.per_thousand, shop.fall) == (4, 2, None)
    other = Walls(frozenset({make_brand("other").pk}), None)
    walled = channels(scope(walls=other))
    assert walled.subscribers == 0
    assert {(row.rate.events, row.per_thousand) for row in walled.channels} == {(0, None)}


def test_a_call_is_saved_where_no_call_follows_within_a_day():
    content, calls, shops, young, untold = (make_customer() for _ in range(5))
    asked(content, "own", NOW - 3 * DAY, call=UUID(int=1))
    asked(content, "own", NOW - 3 * DAY + HOUR, call=UUID(int=1))  # the same conversation
    asked(content, "machine", NOW - 3 * DAY + 2 * HOUR)  # by a machine again: nobody was called
    asked(content, "staff", NOW - 1.9 * DAY)  # more than a day later
    asked(calls, "machine", NOW - 3 * DAY)
    asked(calls, "staff", NOW - 3 * DAY + 23 * HOUR)
    asked(shops, "own", NOW - 3 * DAY)
    make_complaint(customer=shops, channel="shop", received_at=NOW - 3 * DAY + HOUR)
    asked(young, "own", NOW - HOUR)
    asked(None, "machine", NOW - 3 * DAY)
    asked(untold, "own", NOW - 3 * DAY, situation="nothing")

    found = channels(scope())
    staff, machine, own = found.ways

    assert [row.conversations for row in (staff, machine, own)] == [2, 3, 4]
    assert (found.self_service.part, found.self_service.whole) == (7, 9)
    assert (machine.saved.part, machine.saved.whole) == (1, 2)
    assert (own.saved.part, own.saved.whole) == (1, 2)
    assert (found.saved.part, found.saved.whole) == (2, 4)
    walled = channels(scope(walls=Walls(frozenset({make_brand("other").pk}), None)))
    assert [row.conversations for row in walled.ways] == [0, 0, 0]


def test_nps_is_of_what_a_customer_came_by_last():
    survey, spot = make_survey("touch"), make_fixed_spot(make_customer())
    for way, scores in (("own", [10] * 12), ("staff", [0] * 6 + [10] * 6)):
        for score in scores:
            customer = make_customer()
            other = "staff" if way == "own" else "own"
            asked(customer, other, NOW - 6 * DAY)
            asked(customer, way, NOW - 5 * DAY)
            make_complaint(customer=customer, channel="account", received_at=NOW - 5 * DAY)
            of = make_invitation(
                survey=survey, case=spot, customer=customer, created_at=NOW - 4 * DAY
            )
            make_answer(score, invitation=of, at=NOW - DAY)

    found = channels(scope())
    staff, machine, own = found.ways
    account = next(row for row in found.channels if row.nps.answered)

    assert (own.nps.points, staff.nps.points, machine.nps.estimate) == (100, 0, None)
    assert (account.label, account.nps.answered) == ("личный кабинет", 24)


def test_a_customers_own_page_is_kept_as_a_lookup_once_something_is_done_there():
    customer = make_customer()
    spot = make_spot(complaints=[make_complaint(customer=customer)])
    path = path_to(customer, until=NOW + HOUR)

    Client().get(path)
    assert not Lookup.objects.exists()  # a mail scanner may have been there
    for _ in range(2):
        Client().post(path, {"tell": "1"})

    rows = list(Lookup.objects.all())
    assert {(row.origin, row.customer_id, row.situation, row.case_id) for row in rows} == {
        ("own", customer.pk, "working", spot.pk)
    }
    assert len({row.call for row in rows}) == 1


def test_the_page_shows_it_and_is_a_file(signed_in):
    asked(make_customer(), "own", NOW - 3 * DAY)
    client = signed_in(make_user("supervisor", language="en"))

    page = client.get(reverse("channels"))
    header, *lines = table_of(client.get(reverse("channels"), {"as": "xlsx"}))

    assert "customers’ own pages" in page.content.decode()
    assert header[:3] == ["channel", "count", "before"]
    assert len(lines) == 7 + 3
    assert client.get(reverse("channels"), {"days": 5}).status_code == 404
