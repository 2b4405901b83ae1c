"""The queue of complaints to place, and the page on which a person places one."""

import json
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from complaints.models import Complaint, PlacedAddress
from heatmaps_project.models import Look
from tests.complaints.geocoding.test_transitions import make_in_review
from tests.factories import NOW, make_brand, make_complaint, make_region, make_user

QUEUE = "/admin/complaints/unplacedcomplaint/"
WHERE = {"lat": "55.77", "lon": "37.65", "precision": "street"}

pytestmark = pytest.mark.django_db


def page(complaint):
    return f"{QUEUE}{complaint.pk}/change/"


def test_the_queue_shows_each_address_once_the_longest_waiting_first(signed_in):
    second = make_in_review("Москва, ул. Другая, 1", received_at=NOW)
    first = make_in_review(received_at=NOW - timedelta(hours=3))
    make_in_review("Неведомая ул. 5, Москва", received_at=NOW)
    make_complaint()

    shown = signed_in().get(QUEUE).context["cl"].result_list

    assert [(row.pk, row.same_address) for row in shown] == [(first.pk, 2), (second.pk, 1)]


def test_the_number_of_queries_does_not_grow_with_the_queue(
    signed_in, django_assert_max_num_queries
):
    client = signed_in()
    for number in range(1, 15):
        make_in_review(f"Москва, ул. Неведомая, {number}")

    with django_assert_max_num_queries(14):
        client.get(QUEUE)


@pytest.mark.parametrize("role", ["agent", "engineer", "supervisor", "planner"])
def test_who_may_not_place_complaints_sees_no_addresses(signed_in, role):
    complaint = make_in_review()
    client = signed_in(role)

    assert client.get(QUEUE).status_code == 403
    assert client.get(page(complaint)).status_code == 403
    assert client.post(page(complaint), WHERE).status_code == 403
    assert client.post(f"{QUEUE}suggest/", {"text": "Полевая"}).status_code == 403
    assert not PlacedAddress.objects.exists()


def test_what_was_placed_tells_no_house_beside_its_complaint(signed_in):
    """The number of the complaint says whose it is."""
    complaint = make_complaint()
    placed = PlacedAddress.objects.create(
        brand=complaint.brand,
        complaint=complaint,
        point=Point(37.650417, 55.770283, srid=4326),
        precision="house",
        by=make_user(),
        at=NOW,
    )
    client = signed_in()

    for name, which in (("changelist", []), ("change", [placed.pk]), ("history", [placed.pk])):
        address = reverse(f"admin:complaints_placedaddress_{name}", args=which)
        text = client.get(address).content.decode()
        assert "55.770, 37.650" in text
        assert "55.7702" not in text


def test_whoever_places_complaints_takes_a_place_back_within_their_walls(signed_in):
    ours, theirs = make_complaint(), make_complaint(brand=make_brand("other"), customer=None)
    where = {"point": ours.point, "precision": "house", "by": make_user("first"), "at": NOW}
    rows = [PlacedAddress.objects.create(brand=one.brand, **where) for one in (ours, theirs)]
    queue = reverse("admin:complaints_placedaddress_changelist")
    said = {"action": "forget", "_selected_action": [one.pk for one in rows]}

    assert signed_in("engineer").post(queue, said).status_code == 403
    signed_in(make_user("dispatcher")).post(queue, said)

    assert list(PlacedAddress.objects.all()) == rows[1:]


def test_complaints_of_another_brand_are_not_there(signed_in):
    foreign = make_in_review(brand=make_brand("other"), customer=None)
    client = signed_in(make_user("dispatcher"))

    assert client.get(QUEUE).context["cl"].result_count == 0
    assert client.get(page(foreign)).status_code == 302
    client.post(page(foreign), WHERE)
    assert Complaint.objects.get(pk=foreign.pk).placing == "review"


def test_another_brands_older_complaint_does_not_hide_ours(signed_in):
    make_in_review(brand=make_brand("other"), customer=None, received_at=NOW - timedelta(days=1))
    ours = make_in_review()

    shown = signed_in(make_user("dispatcher")).get(QUEUE).context["cl"].result_list

    assert [row.pk for row in shown] == [ours.pk]


@pytest.mark.usefixtures("registry")
def test_the_page_proposes_places_and_hides_phones(signed_in):
    complaint = make_in_review("Москва, ул. Садовая 2", text="Звоните +7 916 123-45-67")

    answer = signed_in().get(page(complaint))

    body = answer.content.decode()
    labels = [place["label"] for place in answer.context["drawing"]["places"]]
    assert "Москва, 1-я Садовая улица, 2" in labels
    assert "ул. Садовая 2" in body
    assert "123-45-67" not in body
    assert answer.headers["Cache-Control"].count("no-store")


def test_saving_places_the_complaint_and_goes_on_to_the_next(signed_in):
    make_region()
    first = make_in_review(received_at=NOW - timedelta(hours=2))
    second = make_in_review("Москва, ул. Другая, 1")

    answer = signed_in().post(page(first), WHERE)

    first.refresh_from_db()
    assert (first.placing, first.precision, first.point.x) == ("placed", "street", 37.65)
    assert answer.url == page(second)


def test_after_the_last_one_the_queue_is_shown(signed_in):
    assert signed_in().post(page(make_in_review()), WHERE).url == QUEUE


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({}, id="nothing"),
        pytest.param({**WHERE, "lat": "91"}, id="beyond the pole"),
        pytest.param({**WHERE, "lat": "nan"}, id="no number"),
        pytest.param({**WHERE, "precision": "room"}, id="another precision"),
    ],
)
def test_a_place_that_is_none_is_not_taken(signed_in, said):
    complaint = make_in_review()

    assert signed_in().post(page(complaint), said).status_code == 200
    complaint.refresh_from_db()
    assert complaint.placing == "review"


@pytest.mark.parametrize("number", ["0", "999999", "x", "1" * 30, "-1"])
def test_a_complaint_that_is_not_there_leads_back_to_the_queue(signed_in, number):
    answer = signed_in().get(f"{QUEUE}{number}/change/")

    assert (answer.status_code, answer.url) == (302, QUEUE)


@pytest.mark.usefixtures("registry")
def test_an_address_is_completed(signed_in):
    answer = signed_in().post(f"{QUEUE}suggest/", {"text": "Москва, Полевая 5"})

    assert json.loads(answer.content)["places"][0]["label"] == "Москва, улица Полевая, 5"
    assert signed_in().get(f"{QUEUE}suggest/").status_code == 405


@pytest.mark.parametrize(
    "name", ["address", "brand", "complaint", "customer", "placedaddress", "region", "topic"]
)
@pytest.mark.parametrize("role", ["administrator"])
def test_every_list_opens(signed_in, name, role):
    make_complaint()

    assert signed_in(role).get(reverse(f"admin:complaints_{name}_changelist")).status_code == 200


def test_a_complaint_is_shown_without_what_says_whose_it_is(signed_in):
    complaint = make_complaint(
        address="Москва, ул. Полевая, д. 5, кв. 71", text="Мой номер 89161234567"
    )
    client = signed_in()

    shown = client.get(f"/admin/complaints/complaint/{complaint.pk}/change/").content.decode()
    customer = client.get(f"/admin/complaints/customer/{complaint.customer_id}/change/")

    assert "ул. Полевая, д. •, кв. •" in shown
    for secret in ("71", "9161234567", complaint.customer.phone, complaint.customer.email):
        assert f">{secret}<" not in shown
        assert secret not in customer.content.decode() or secret == "71"


@pytest.mark.parametrize("name", ["complaint", "customer"])
def test_what_the_product_writes_is_only_read(signed_in, name):
    complaint = make_complaint()
    pk = {"complaint": complaint.pk, "customer": complaint.customer_id}[name]
    client = signed_in("administrator")

    assert client.get(f"/admin/complaints/{name}/add/").status_code == 403
    assert client.post(f"/admin/complaints/{name}/{pk}/change/", {}).status_code == 403
    assert client.post(f"/admin/complaints/{name}/{pk}/delete/", {}).status_code == 403


def test_complaints_behind_the_readers_walls_are_not_there(signed_in):
    foreign = make_complaint(region=make_region("perm", lon=56.2, lat=58), customer=None)
    client = signed_in(make_user("dispatcher"))

    assert client.get("/admin/complaints/complaint/").context["cl"].result_count == 0
    assert client.get(f"/admin/complaints/complaint/{foreign.pk}/change/").status_code == 302


def test_a_region_is_drawn_as_geojson(signed_in):
    square = {"type": "Polygon", "coordinates": [[[37, 55], [38, 55], [38, 56], [37, 55]]]}
    told = {
        "code": "tver",
        "name_ru": "Тверь",
        "name_en": "Tver",
        "time_zone": "Europe/Moscow",
        "outline": json.dumps(square),
    }
    client = signed_in("administrator")

    assert client.post("/admin/complaints/region/add/", told).status_code == 302
    crossed = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    for wrong in ({"outline": json.dumps(crossed)}, {"outline": "?"}, {"time_zone": "Mars"}):
        answer = client.post("/admin/complaints/region/add/", {**told, "code": "new", **wrong})
        assert answer.status_code == 200


def test_where_somebody_lives_is_read_on_the_page_that_places_it_and_recorded(signed_in):
    """Fifty addresses stood in the list, flats and all, beside whose complaints they are."""
    by, complaint = make_user("dispatcher"), make_in_review("Москва, ул. Неведомая, 17, кв. 31")
    client = signed_in(by)

    assert "17, кв. 31" not in client.get(QUEUE).content.decode()
    assert not Look.objects.exists()
    assert "17, кв. 31" in client.get(page(complaint)).content.decode()

    look = Look.objects.get()
    whose = f"customer {complaint.customer_id}"
    assert (look.by, look.subject, look.field) == (by, whose, "address to place")
