"""The map's search: cases by number, customers by those who may see them, addresses."""

import pytest
from django.test import Client

from complaints.customers.personal import blind_index
from complaints.geocoding import imports
from complaints.geocoding.imports import AddressRow
from heatmaps_project.models import Look
from tests.factories import (
    make_brand,
    make_complaint,
    make_customer,
    make_region,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db

PHONE = "+79161234567"
CALLER = {"phone": PHONE, "phone_index": blind_index(PHONE)}


@pytest.fixture
def dispatcher(signed_in) -> Client:
    return signed_in(make_user("dispatcher", language="en"))


def found(client: Client, typed: object) -> list[dict]:
    answer = client.post("/map/search/", {"typed": str(typed)})
    assert answer.status_code == 200
    return answer.json()["found"]


@pytest.mark.parametrize("written", ["{}", "№ {}", " #{} "])
def test_a_spot_is_found_by_its_number(dispatcher, written):
    spot = make_spot(place="Полевая, 5")

    [one] = found(dispatcher, written.format(spot.pk))

    assert one["label"] == f"№ {spot.pk}, Полевая, 5: detected"
    assert (one["lon"], one["lat"]) == spot.centre.coords


def test_a_customers_complaints_are_found_by_phone_in_any_spelling_and_say_nothing_of_them(
    dispatcher,
):
    customer = make_customer(**CALLER, crm_id="C-77")
    make_complaint(customer=customer, lon=37.7)

    for typed in (PHONE, "8 (916) 123-45-67", "C-77"):
        [one] = found(dispatcher, typed)
        assert one["lon"] == 37.7
        assert one["label"] == "Complaint of 25 Mar 2026: No signal"


def test_customers_are_not_looked_for_by_those_who_may_not_see_them(signed_in):
    make_complaint(customer=make_customer(**CALLER))

    assert found(signed_in("planner"), PHONE) == []


def test_an_address_is_found_where_it_is(dispatcher):
    street = {"city": "Рязань", "street": "Полевая улица"}
    imports.load([AddressRow(**street, house="5", lon=39.7, lat=54.6)])

    [one] = found(dispatcher, "Рязань, Полевая 5")

    assert (one["lon"], one["lat"], one["zoom"]) == (39.7, 54.6, 17)


def test_single_cases_are_for_those_who_may_see_them(signed_in):
    single = make_spot(kind="single", outline=None)

    assert found(signed_in("agent"), single.pk) == []
    assert len(found(signed_in("dispatcher"), single.pk)) == 1


def test_nothing_behind_a_wall_is_found(dispatcher):
    rival, far = make_brand("rival"), make_region("far", lon=60)
    customers = [make_customer(**CALLER, brand=brand) for brand in (rival, make_brand())]
    make_complaint(customer=customers[0], brand=rival)
    make_complaint(customer=customers[1], region=far)

    assert found(dispatcher, PHONE) == []
    for other in ({"brand": rival}, {"region": far}):
        assert found(dispatcher, make_spot(**other).pk) == []


@pytest.mark.parametrize("typed", ["9" * 30, "x" * 300, "№", "'; --", "\x1f²"])
def test_whatever_is_typed_is_answered(dispatcher, typed):
    assert found(dispatcher, typed) == []


def test_a_search_is_never_an_address(dispatcher):
    """What is typed may be a customer's: addresses of pages are written into logs."""
    assert dispatcher.get("/map/search/?typed=1").status_code == 405


def test_a_search_takes_the_same_queries_however_much_is_found(
    dispatcher, django_assert_max_num_queries
):
    customer = make_customer(**CALLER)
    for _ in range(20):
        make_complaint(customer=customer)

    with django_assert_max_num_queries(14):
        assert len(found(dispatcher, PHONE)) == 8


def test_whose_place_is_found_is_recorded_and_a_found_case_is_nobodys(signed_in):
    """A phone is typed, and the map goes where its owner lives: that is a look at them."""
    engineer = make_user("engineer")
    client, customer = signed_in(engineer), make_customer(**CALLER)
    for lon in (37.7, 37.8):
        make_complaint(customer=customer, lon=lon)

    found(client, make_spot().pk)
    found(client, "Рязань, Полевая 5")
    assert not Look.objects.exists()

    [one, _other] = found(client, PHONE)

    assert set(one) == {"label", "lon", "lat", "zoom"}
    look = Look.objects.get()
    assert (look.by, look.subject, look.field) == (engineer, f"customer {customer.pk}", "place")


def test_nobody_goes_through_a_list_of_phones(dispatcher, settings):
    settings.REVEAL_QUOTA_PER_HOUR = 2
    make_complaint(customer=make_customer(**CALLER))
    spot = make_spot()

    assert len(found(dispatcher, PHONE)) == len(found(dispatcher, PHONE)) == 1
    refused = dispatcher.post("/map/search/", {"typed": PHONE})

    assert (refused.status_code, list(refused.json())) == (429, ["refusal"])
    assert Look.objects.count() == 2
    assert len(found(dispatcher, spot.pk)) == 1  # work goes on


def test_whoever_has_no_look_left_is_not_told_whose_a_phone_is(dispatcher, settings):
    """To be refused where somebody is found, and not where nobody is, told it without end."""
    settings.REVEAL_QUOTA_PER_HOUR = 1
    make_complaint(customer=make_customer(**CALLER))
    found(dispatcher, PHONE)

    answers = [
        dispatcher.post("/map/search/", {"typed": typed}).status_code
        for typed in (PHONE, "8 916 765-43-21", "Рязань, Полевая 5")
    ]

    assert answers == [429, 429, 200]
