"""Others are asked where neither registry nor people know an address; and kept within bounds."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from time import monotonic

import pytest
from django.db import connection
from django.urls import reverse

from complaints.customers.personal import blind_index
from complaints.customers.walls import NO_WALLS
from complaints.geocoding.address import normalise
from complaints.geocoding.online import transitions
from complaints.geocoding.online.leaving import leaving
from complaints.geocoding.online.transitions import ask_waiting
from complaints.geocoding.transitions import geocode_waiting, place
from complaints.models import Complaint, OnlineAnswer, OnlineGeocoder
from tests.complaints.geocoding.by_hand import HOUSES
from tests.complaints.geocoding.geocoders import HOUSE, Geocoders, geocoders
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_online_geocoder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db
ADDRESS = "Москва, Новая улица, 7"
KINDS = ["nominatim", "photon", "yandex", "dadata"]


@pytest.fixture(autouse=True)
def _near(settings):
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_PRIVATE_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def far() -> Iterator[Geocoders]:
    with geocoders() as server:
        yield server


def make_waiting(address: str = ADDRESS, **fields) -> Complaint:
    """A complaint that waits for a person: its house stands in no registry."""
    index = blind_index(normalise(address))
    row = {"placing": "review", "placed_at": None, "precision": "", "region": None}
    return make_complaint(address=address, address_index=index, **{**row, **fields})


def asked_of(far: Geocoders, kind: str = "nominatim", **fields) -> OnlineGeocoder:
    fields = {"per_second": 50, "key": "k3y", "url": far.url, **fields}
    return make_online_geocoder(kind, **fields)


def placed(complaint: Complaint) -> bool:
    complaint.refresh_from_db()
    return complaint.placing == "placed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_house_that_somebody_knows_is_placed_and_its_flat_is_not_told(far, kind):
    make_region()
    asked_of(far, kind)
    complaint = make_waiting(f"{ADDRESS}, кв. 12, тел. +7 926 555-12-12")

    assert ask_waiting(now=NOW) == 1

    assert placed(complaint)
    assert (complaint.point.y, complaint.point.x, complaint.precision) == (*HOUSE, "house")
    assert complaint.region is not None
    [(which, said, _at)] = far.asked
    assert which == kind
    assert "12" not in said
    assert "555" not in said
    assert far.headers[0]["User-Agent"] == "Heatmaps"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("said", "expected"), [("street", "street"), ("locality", None)])
def test_what_is_less_exact_than_a_street_is_no_place(far, kind, said, expected):
    make_region()
    asked_of(far, kind)
    complaint = make_waiting()
    far.precision = said

    ask_waiting(now=NOW)

    assert placed(complaint) == (expected is not None)
    assert complaint.precision == (expected or "")


def test_another_house_of_the_street_is_the_street_only(far):
    make_region()
    asked_of(far, "photon")
    complaint = make_waiting()
    told = b'{"features": [{"geometry": {"coordinates": [37.6156, 55.7522]}, "properties": '
    far.body = told + b'{"name": "x", "type": "house", "housenumber": "70", "street": "y"}}]}'

    ask_waiting(now=NOW)

    assert placed(complaint)
    assert complaint.precision == "street"


def test_a_place_outside_of_all_regions_is_none(far):
    make_region()
    asked_of(far)
    complaint = make_waiting()
    far.point = (43.1, 131.9)

    ask_waiting(now=NOW)

    assert not placed(complaint)
    assert OnlineAnswer.objects.get().state == "none"


def of_nominatim(*points: tuple[float, float]) -> bytes:
    """Houses of one number, each at (latitude, longitude)."""
    parts = {"house_number": "7", "road": "Новая улица"}
    return json.dumps(
        [{"lat": lat, "lon": lon, "display_name": "", "address": parts} for lat, lon in points]
    ).encode()


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([HOUSE, (HOUSE[0] + 0.001, HOUSE[1])], True),  # two entrances of one house
        ([HOUSE, (HOUSE[0] + 0.2, HOUSE[1])], False),  # a street of that name in two towns
        ([(43.1, 131.9), HOUSE], True),  # one of them is not watched by us
    ],
)
def test_of_several_places_as_likely_none_is_believed(far, points, expected):
    make_region()
    asked_of(far)
    complaint = make_waiting("Новая улица, 7")
    far.body = of_nominatim(*points)

    ask_waiting(now=NOW)

    assert placed(complaint) == expected
    if expected:
        assert (complaint.point.y, complaint.point.x) == HOUSE


def test_what_was_told_is_used_while_who_told_it_rests(far):
    make_region()
    first = asked_of(far, place=1)
    asked_of(far, "photon", place=2)
    make_waiting()
    assert ask_waiting(now=NOW) == 1
    for row in ({"rests_until": NOW + timedelta(hours=1)}, {"per_day": 1, "rests_until": None}):
        OnlineGeocoder.objects.filter(pk=first.pk).update(**row)
        late = make_waiting()
        assert ask_waiting(now=NOW + timedelta(minutes=1)) == 1
        assert placed(late)

    assert len(far.asked) == 1


@pytest.mark.parametrize("stored", [b"gone", b"\x01\x04testshort", b""])
def test_an_address_that_cannot_be_read_is_looked_at_once_and_keeps_no_other(far, stored, caplog):
    make_region()
    asked_of(far)
    poison = make_waiting(received_at=NOW - timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complaint SET address = %s WHERE id = %s", [stored, poison.pk]
        )
    good = make_waiting("Москва, Новая улица, 9")

    assert ask_waiting(now=NOW) == 1
    assert ask_waiting(now=NOW + timedelta(hours=1)) == 0

    assert placed(good)
    assert len(far.asked) == 1
    assert caplog.text.count(f"complaint {poison.pk} cannot be read") == 1


def test_they_are_asked_in_the_order_of_the_complaints_brand(far):
    make_region()
    ours, theirs = make_brand(), make_brand("rival")
    for brand, kinds in ((ours, ["yandex", "photon"]), (theirs, ["photon", "dadata"])):
        for number, kind in enumerate(kinds):
            asked_of(far, kind, brand=brand, place=number + 1)
    make_waiting("Москва, Новая улица, 1", brand=ours)
    make_waiting("Москва, Новая улица, 2", brand=theirs)
    make_waiting("Москва, Новая улица, 3", brand=make_brand("without"))
    far.unknown = {"Москва, Новая улица, 1"}

    assert ask_waiting(now=NOW) == 1

    order = [which for which, address, _at in far.asked if address.endswith("1")]
    assert order == ["yandex", "photon"]
    assert [which for which, address, _at in far.asked if address.endswith("2")] == ["photon"]
    assert len(far.asked) == 3


def test_an_address_is_sent_once_for_all_its_complaints_now_and_later(far):
    make_region()
    asked_of(far)
    complaints = [make_waiting(), make_waiting("ул. Новая д.7, г. Москва")]

    assert ask_waiting(now=NOW) == 2
    assert all(map(placed, complaints))
    late = make_waiting()
    assert ask_waiting(now=NOW + timedelta(days=2)) == 1
    assert placed(late)

    assert len(far.asked) == 1


def test_what_was_not_found_is_asked_again_after_a_month_and_forgotten_after_a_year(far):
    make_region()
    asked_of(far)
    complaint = make_waiting()
    far.unknown = {ADDRESS}
    moments = [timedelta(), timedelta(days=29), timedelta(days=31)]

    for later in moments:
        Complaint.objects.update(received_at=NOW + later)
        ask_waiting(now=NOW + later)

    assert len(far.asked) == 2
    far.unknown = set()
    ask_waiting(now=NOW + timedelta(days=400))
    assert not OnlineAnswer.objects.exists()
    assert not placed(complaint)  # it is too old to be worth asking for


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ({"status": 500}, "failed"),
        ({"status": 403}, "key"),
        ({"status": 429}, "limit"),
        ({"body": b"<html>"}, "garbage"),
        ({"body": b'[{"lat": "north", "lon": "1", "display_name": ""}]'}, "garbage"),
        ({"body": b"[1]"}, "garbage"),
        ({"body": b" " * 2_000_000}, "unreachable"),
    ],
)
def test_whoever_fails_is_passed_over_and_its_failure_is_no_answer(far, fault, trouble):
    make_region()
    with geocoders() as broken:
        for name, value in fault.items():
            setattr(broken, name, value)
        first = asked_of(broken, place=1)
        asked_of(far, "photon", place=2)
        complaint = make_waiting()

        assert ask_waiting(now=NOW) == 1

        assert placed(complaint)
        first.refresh_from_db()
        assert (first.trouble, first.failures) == (trouble, 1)
        assert not OnlineAnswer.objects.filter(geocoder=first, state="none").exists()


def test_whoever_fails_five_times_rests_ever_longer_and_is_asked_no_more_meanwhile(far):
    make_region()
    row = asked_of(far)
    far.status = 503
    for number in range(9):
        make_waiting(f"Москва, Новая улица, {number + 1}")

    ask_waiting(now=NOW)
    assert len(far.asked) == 5
    row.refresh_from_db()
    assert timedelta(seconds=50) < row.rests_until - NOW < timedelta(seconds=75)
    ask_waiting(now=NOW + timedelta(seconds=30))
    assert len(far.asked) == 5

    ask_waiting(now=NOW + timedelta(minutes=2))
    assert len(far.asked) == 6  # one tries; it rests twice as long
    far.status = 200
    ask_waiting(now=NOW + timedelta(minutes=2, seconds=90))
    assert len(far.asked) == 6
    # by now those that were not answered at first have their turn, too
    assert ask_waiting(now=NOW + timedelta(minutes=15)) == 9
    row.refresh_from_db()
    assert (row.failures, row.trouble, row.rests_until) == (0, "", None)


@pytest.mark.parametrize(("said", "rests"), [("120", 120), ("99999999", 24 * 3600), (None, 0)])
def test_whoever_asks_for_patience_has_it(far, said, rests):
    make_region()
    row = asked_of(far)
    make_waiting()
    far.status, far.more = 429, {"Retry-After": said} if said else {}

    ask_waiting(now=NOW)

    row.refresh_from_db()
    waits = (row.rests_until - NOW).total_seconds() if row.rests_until else 0
    assert rests <= waits < rests + 20


def test_a_geocoder_that_is_slow_or_away_holds_up_no_sweep_for_long(far, monkeypatch):
    monkeypatch.setattr("complaints.outgoing.calling.CALL_SECONDS", 0.3)
    monkeypatch.setattr(transitions, "RUN_SECONDS", 1.0)
    make_region()
    row = asked_of(far)
    for number in range(6):
        make_waiting(f"Москва, Новая улица, {number + 1}")
    far.pause = 2.0

    ask_waiting(now=NOW)

    assert len(far.asked) <= 4
    row.refresh_from_db()
    assert row.trouble == "unreachable"


def test_nobody_is_asked_more_often_than_allowed_by_all_machines_together(far):
    make_region()
    asked_of(far, per_second=10)
    for number in range(6):
        make_waiting(f"Москва, Новая улица, {number + 1}")

    began = monotonic()
    assert ask_waiting(now=NOW) == 6

    [*_others, (_which, _address, last)] = far.asked
    assert last - began >= 0.5  # five pauses between six


def test_nobody_is_asked_more_often_a_day_than_allowed(far):
    make_region()
    asked_of(far, per_day=2)
    for number in range(4):
        make_waiting(f"Москва, Новая улица, {number + 1}")

    assert ask_waiting(now=NOW) == 2
    assert ask_waiting(now=NOW + timedelta(minutes=1)) == 0
    assert ask_waiting(now=NOW + timedelta(days=1)) == 2
    assert len(far.asked) == 4


def test_what_anybody_may_send_comes_last_and_has_a_quarter_of_the_day(far):
    make_region()
    asked_of(far, per_day=12)
    forged = [make_waiting(f"Москва, Новая улица, {10 + one}", proven=False) for one in range(6)]
    told = make_waiting(received_at=NOW + timedelta(minutes=1))

    assert ask_waiting(now=NOW + timedelta(minutes=2)) == 3
    assert placed(told)
    assert [placed(one) for one in forged] == [True, True, False, False, False, False]

    more = [make_waiting(f"Москва, Новая улица, {30 + one}") for one in range(10)]
    assert ask_waiting(now=NOW + timedelta(minutes=3)) == 9
    assert sum(placed(one) for one in more) == 9


def test_a_person_who_is_first_is_not_overruled(far):
    region = make_region()
    asked_of(far)
    complaint = make_waiting()
    elsewhere = region.outline.point_on_surface
    said = {"point": elsewhere, "precision": "house", "by": make_user("dispatcher")}
    said |= {"walls": NO_WALLS, "now": NOW}

    def first(_address: str) -> None:
        place(complaint, **said)

    with _meanwhile(first):
        assert ask_waiting(now=NOW) == 0

    complaint.refresh_from_db()
    assert complaint.point.equals_exact(elsewhere, 1e-9)


def test_killed_while_asking_it_is_asked_again_later(far):
    make_region()
    asked_of(far)
    complaint = make_waiting()

    def killed(_address: str) -> None:
        raise KeyboardInterrupt

    with _meanwhile(killed), pytest.raises(KeyboardInterrupt):
        ask_waiting(now=NOW)
    assert ask_waiting(now=NOW + timedelta(minutes=1)) == 0  # it may be alive still
    assert ask_waiting(now=NOW + timedelta(minutes=6)) == 1

    assert placed(complaint)


def test_what_a_stranger_asked_for_says_nothing_of_customers_homes(far):
    """They choose the words, and may be first: any order of them is one address."""
    make_region()
    asked_of(far)
    stranger = make_waiting("Новая, улица Москва, 7", proven=False)
    here, far.point = far.point, (far.point[0] + 0.05, far.point[1])
    assert ask_waiting(now=NOW) == 1
    assert placed(stranger)

    customer, far.point = make_waiting(), here
    assert ask_waiting(now=NOW) == 1
    again = make_waiting(proven=False)
    assert ask_waiting(now=NOW + timedelta(minutes=6)) == 1

    assert placed(customer) and placed(again)
    stranger.refresh_from_db()
    assert (customer.point.y, customer.point.x) == (again.point.y, again.point.x) == HOUSE
    assert stranger.point.y == pytest.approx(HOUSE[0] + 0.05)
    assert len(far.asked) == 2
    assert OnlineAnswer.objects.get().proven


def test_what_was_not_found_for_a_stranger_is_asked_for_a_customer(far):
    make_region()
    asked_of(far)
    make_waiting("Новая, улица Москва, 7", proven=False)
    body, far.body = far.body, b"[]"
    assert ask_waiting(now=NOW) == 0

    customer, far.body = make_waiting(), body
    assert ask_waiting(now=NOW) == 2

    assert placed(customer)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_an_address_once(far):
    make_region()
    asked_of(far)
    for number in range(8):
        make_waiting(f"Москва, Новая улица, {number + 1}")
    far.pause = 0.05

    def sweep() -> None:
        try:
            ask_waiting(now=NOW)
        finally:
            connection.close()

    sweeps = [Thread(target=sweep) for _ in range(2)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()

    assert sorted({address for _which, address, _at in far.asked}) == sorted(
        address for _which, address, _at in far.asked
    )
    assert not Complaint.objects.filter(placing="review").exists()


def test_nobody_in_a_private_network_is_asked(far, settings):
    settings.WEBHOOK_PRIVATE_NETWORKS = []
    make_region()
    row = asked_of(far)
    make_waiting()

    assert ask_waiting(now=NOW) == 0

    assert far.asked == []
    row.refresh_from_db()
    assert row.trouble == "unreachable"


def test_without_a_row_nobody_is_told_an_address(django_assert_num_queries):
    make_region()
    make_waiting()
    with django_assert_num_queries(2):
        assert ask_waiting(now=NOW) == 0


def test_an_administrator_says_who_is_asked_and_a_key_is_told_to_no_other_host(signed_in):
    brand = make_brand()
    client = signed_in("administrator")
    new = reverse("admin:complaints_onlinegeocoder_add")
    said = {"brand": brand.pk, "kind": "yandex", "place": 1, "active": "on", "per_day": 1000}
    said |= {"per_second": 5, "url": "", "new_key": ""}

    assert "new_key" in client.post(new, said).context["adminform"].form.errors
    assert client.post(new, {**said, "new_key": "s3cret"}).status_code == 302
    row = OnlineGeocoder.objects.get()
    page = reverse("admin:complaints_onlinegeocoder_change", args=[row.pk])
    assert "s3cret" not in client.get(page).content.decode()

    def faults(**changed):
        return set(client.post(page, {**said, **changed}).context["adminform"].form.errors)

    assert faults(url="https://elsewhere.example.org") == {"new_key"}
    assert faults(kind="dadata") == {"new_key"}
    assert faults(url="http://10.0.0.1/", new_key="x") == {"url"}
    assert faults(url="ftp://a.example.org", new_key="x") == {"url"}
    assert faults(kind="nominatim", new_key="x") == {"per_second"}
    client.post(page, {**said, "per_second": 7})
    row.refresh_from_db()
    assert (row.per_second, row.key) == (7, "s3cret")


@contextmanager
def _meanwhile(happens: Callable[[str], None]) -> Iterator[None]:
    """What happens while somebody is asked, just before the answer is there."""
    asked = transitions.ask

    def ask(geocoder, address):
        happens(address)
        return asked(geocoder, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transitions, "ask", ask)
        yield


def test_what_leaves_the_house_means_the_same_house_and_names_no_flat():
    texts = [text for spellings in HOUSES.values() for text in spellings]
    assert sum(leaving(text) != text.strip() for text in texts) > 5
    for text in texts:
        left = leaving(text)
        assert normalise(left) == normalise(text)
        assert not re.search(r"(?i)\b(?:кв|квартира|оф|офис)[\s.]*\d", left)


def test_what_is_known_to_its_town_only_is_asked_for_and_moved_if_it_names_a_street(far):
    make_region()
    asked_of(far)
    town, street = "г. Москва", "г. Москва, Новая улица, 7"
    waiting = {"placing": "waiting", "placed_at": None, "point": None, "precision": ""}
    complaints = [make_complaint(address=one, **waiting) for one in (town, street, street)]
    assert geocode_waiting(now=NOW) == 3
    assert {one.precision for one in Complaint.objects.all()} == {"locality"}  # by the gazetteer

    assert ask_waiting(now=NOW) == 2
    assert ask_waiting(now=NOW + timedelta(minutes=1)) == 0

    assert [address for _which, address, _at in far.asked] == [street]
    for one, expected in zip(complaints, ("locality", "house", "house"), strict=True):
        one.refresh_from_db()
        assert one.precision == expected
        assert (one.corrected_at is not None) == (expected == "house")  # it is judged anew
    assert (complaints[1].point.y, complaints[1].point.x) == HOUSE
