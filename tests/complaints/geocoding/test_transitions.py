"""Complaints get on the map once, in order, and none keeps the others waiting."""

import threading
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from complaints.customers.personal import blind_index
from complaints.customers.walls import NO_WALLS, Walls
from complaints.geocoding import geocoder, tasks, transitions
from complaints.geocoding.address import normalise
from complaints.geocoding.transitions import (
    AlreadyPlacedError,
    ElsewhereError,
    forget_complaints,
    forget_places,
    geocode_waiting,
    place,
)
from complaints.models import Complaint, PlacedAddress
from tests.factories import NOW, make_brand, make_complaint, make_region, make_user

KNOWN = "г. Москва, ул. Полевая, д. 5 корп. 1, кв. 7"
UNKNOWN = "Москва, ул. Неведомая, 5"
SOMEWHERE = Point(37.65, 55.77, srid=4326)


def make_waiting(address=KNOWN, **fields):
    row = {"placing": "waiting", "point": None, "precision": "", "placed_at": None, "region": None}
    return make_complaint(address=address, **{**row, **fields})


def make_in_review(address=UNKNOWN, **fields):
    index = blind_index(normalise(address)) if address else None
    return make_waiting(address, placing="review", address_index=index, **fields)


def place_it(complaint, **changes):
    said = {
        **{"point": SOMEWHERE, "precision": "street", "by": make_user()},
        **{"walls": NO_WALLS, "now": NOW, **changes},
    }
    return place(complaint, **said)


@pytest.mark.usefixtures("registry")
def test_a_complaint_is_put_on_the_map():
    region = make_region()
    complaint = make_waiting()

    assert geocode_waiting(now=NOW) == 1

    complaint.refresh_from_db()
    assert (complaint.placing, complaint.precision, complaint.match_score) == ("placed", "house", 1)
    assert (complaint.point.x, complaint.point.y) == (37.603, 55.801)
    assert (complaint.placed_at, complaint.region) == (NOW, region)
    assert bytes(complaint.address_index) == blind_index("moskva polevaya #5k1")


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("address", ["", UNKNOWN, "не знаю", "'); DROP TABLE --"])
def test_what_is_not_found_waits_for_a_person_and_has_no_point(address):
    complaint = make_waiting(address)

    geocode_waiting(now=NOW)

    complaint.refresh_from_db()
    assert (complaint.placing, complaint.point, complaint.region) == ("review", None, None)
    assert complaint.placed_at is None


@pytest.mark.usefixtures("registry")
def test_running_twice_changes_nothing():
    make_waiting()
    make_waiting(UNKNOWN)
    geocode_waiting(now=NOW)
    before = list(Complaint.objects.order_by("pk").values())

    assert geocode_waiting(now=NOW + timedelta(hours=1)) == 0
    assert list(Complaint.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("registry")
def test_the_oldest_are_taken_first_and_no_more_than_asked():
    late = make_waiting(received_at=NOW)
    early = make_waiting(received_at=NOW - timedelta(hours=2))

    assert geocode_waiting(now=NOW, limit=1) == 1

    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.placing, late.placing) == ("placed", "waiting")


@pytest.mark.usefixtures("registry")
def test_the_task_empties_the_queue():
    for _ in range(3):
        make_waiting()

    tasks.geocode.apply(kwargs={"a key of a newer release": 1}, throw=True)

    assert not Complaint.objects.filter(placing="waiting").exists()


@pytest.mark.usefixtures("registry")
def test_a_complaint_that_cannot_be_read_does_not_keep_the_others_waiting():
    poison = make_waiting(received_at=NOW - timedelta(days=1))
    with connection.cursor() as cursor:  # ciphertext of a key that is gone
        cursor.execute(
            "UPDATE complaints_complaint SET address = %s WHERE id = %s", [b"gone", poison.pk]
        )
    good = make_waiting()

    assert geocode_waiting(now=NOW) == 2

    good.refresh_from_db()
    assert good.placing == "placed"
    assert Complaint.objects.filter(pk=poison.pk, placing="review").exists()


@pytest.mark.usefixtures("registry")
def test_many_complaints_of_one_address_are_looked_up_once(django_assert_max_num_queries):
    for _ in range(20):
        make_waiting()

    with django_assert_max_num_queries(10 + 20 * 6):
        geocode_waiting(now=NOW)


@pytest.mark.usefixtures("registry")
def test_a_point_that_came_with_the_complaint_is_kept():
    region = make_region()
    complaint = make_waiting(point=SOMEWHERE)

    geocode_waiting(now=NOW)

    complaint.refresh_from_db()
    assert (complaint.point, complaint.precision) == (SOMEWHERE, "house")
    assert complaint.region == region


@pytest.mark.usefixtures("registry")
def test_a_point_outside_of_every_region_gives_way_to_the_address():
    make_region()
    complaint = make_waiting(point=Point(0, 0, srid=4326))

    geocode_waiting(now=NOW)

    complaint.refresh_from_db()
    assert (complaint.point.x, complaint.point.y) == (37.603, 55.801)


@pytest.mark.django_db
def test_a_person_places_a_complaint_and_every_other_of_its_address():
    region = make_region()
    first, second = make_in_review(), make_in_review("г. Москва, Неведомая ул, дом 5, кв 12")
    other = make_in_review("Москва, ул. Другая, 5")
    person = make_user()

    assert place_it(first, by=person) == 2

    for complaint in (first, second):
        complaint.refresh_from_db()
        assert (complaint.placing, complaint.precision) == ("placed", "street")
        assert (complaint.point, complaint.region) == (SOMEWHERE, region)
        assert (complaint.placed_at, complaint.match_score) == (NOW, None)
    other.refresh_from_db()
    assert other.placing == "review"
    remembered = PlacedAddress.objects.get()
    assert (remembered.by, remembered.at, remembered.complaint_id) == (person, NOW, first.pk)


@pytest.mark.usefixtures("registry")
def test_a_place_is_remembered_for_complaints_yet_to_come():
    place_it(make_in_review())
    later = make_waiting("Неведомая ул. д.5, Москва")

    geocode_waiting(now=NOW + timedelta(days=1))

    later.refresh_from_db()
    assert (later.placing, later.precision, later.point) == ("placed", "street", SOMEWHERE)


@pytest.mark.usefixtures("registry")
def test_a_person_moves_no_address_that_the_registry_knows():
    """Street and town swapped are found by nobody, and mean the same to whoever compares words."""
    swapped = "ул. Москва, Полевая, д. 5 корп. 1"
    assert geocoder.geocode(swapped) is None and normalise(swapped) == normalise(KNOWN)
    place_it(make_in_review(swapped))
    later = make_waiting()

    geocode_waiting(now=NOW)

    later.refresh_from_db()
    assert (later.precision, later.point.x) == ("house", 37.603)


@pytest.mark.usefixtures("registry")
def test_where_a_person_placed_an_address_holds_for_their_brand_alone():
    ours, theirs = make_in_review(), make_in_review(brand=make_brand("rival"))
    walls = Walls(brands=frozenset({ours.brand_id}), regions=None)

    assert place_it(ours, walls=walls) == 1

    later = make_waiting(UNKNOWN, brand=theirs.brand)
    geocode_waiting(now=NOW)
    for one in (theirs, later):
        one.refresh_from_db()
        assert (one.placing, one.point) == ("review", None)


@pytest.mark.usefixtures("registry")
def test_each_brand_remembers_its_own_place_of_an_address():
    ours, theirs = make_in_review(), make_in_review(brand=make_brand("rival"))
    there = Point(37.7, 55.8, srid=4326)
    for complaint, point in ((ours, SOMEWHERE), (theirs, there)):
        walls = Walls(brands=frozenset({complaint.brand_id}), regions=None)
        place_it(complaint, point=point, walls=walls)
    forget_complaints([ours.pk, theirs.pk])

    later = [make_waiting(UNKNOWN, brand=one.brand) for one in (ours, theirs)]
    geocode_waiting(now=NOW)

    assert [Complaint.objects.get(pk=one.pk).point for one in later] == [SOMEWHERE, there]


@pytest.mark.usefixtures("registry")
def test_of_two_villages_of_one_name_the_second_is_not_put_where_the_first_is():
    place_it(make_in_review("Тверская обл., с. Неведомка, 5"))
    later = make_waiting("Рязанская обл., с. Неведомка, 5")

    geocode_waiting(now=NOW)

    later.refresh_from_db()
    assert later.placing == "review"


@pytest.mark.django_db
def test_nobody_places_a_complaint_in_a_region_of_others():
    region = make_region()
    complaint = make_in_review()

    with pytest.raises(ElsewhereError):
        place_it(complaint, walls=Walls(brands=None, regions=frozenset({region.pk + 1})))

    complaint.refresh_from_db()
    assert complaint.placing == "review" and not PlacedAddress.objects.exists()
    assert place_it(complaint, walls=Walls(brands=None, regions=frozenset({region.pk}))) == 1


@pytest.mark.django_db
def test_of_two_people_the_first_places_it():
    complaint = make_in_review()
    place_it(complaint)

    with pytest.raises(AlreadyPlacedError):
        place_it(complaint, point=Point(30, 60, srid=4326))

    complaint.refresh_from_db()
    assert complaint.point == SOMEWHERE


@pytest.mark.django_db
def test_a_place_that_is_told_anew_keeps_what_was_said_before():
    place_it(make_in_review())
    place_it(make_in_review(), point=Point(37.7, 55.8, srid=4326), now=NOW + timedelta(days=1))

    placed = PlacedAddress.objects.get()
    assert placed.point.x == 37.7
    assert [row.point.x for row in placed.history.order_by("history_date")] == [37.65, 37.7]


@pytest.mark.usefixtures("registry")
def test_a_place_that_is_taken_back_holds_for_nobody_any_more():
    there = make_in_review()
    place_it(there)
    person = make_user("other")

    assert forget_places(PlacedAddress.objects.all(), by=person, now=NOW) == 1

    later = make_waiting(UNKNOWN)
    geocode_waiting(now=NOW)
    later.refresh_from_db()
    there.refresh_from_db()
    assert (later.placing, there.placing) == ("review", "placed")
    last = PlacedAddress.history.latest("history_date", "history_id")
    assert (last.history_type, last.history_user) == ("-", person)


@pytest.mark.django_db
def test_complaints_without_an_address_are_placed_one_by_one():
    one, other = make_in_review(""), make_in_review("")

    assert place_it(one) == 1

    other.refresh_from_db()
    assert other.placing == "review"


@pytest.mark.django_db(transaction=True)
def test_two_machines_share_the_work_and_do_none_of_it_twice(registry):
    taken = [make_waiting() for _ in range(4)]
    results = []
    with transaction.atomic():
        # one machine holds the first two …
        list(Complaint.objects.filter(pk__in=[c.pk for c in taken[:2]]).select_for_update())

        def other_machine():
            results.append(geocode_waiting(now=NOW))
            connection.close()

        thread = threading.Thread(target=other_machine)
        thread.start()
        thread.join()
    # … and the other has not waited for it
    assert results == [2]
    assert geocode_waiting(now=NOW) == 2


@pytest.mark.usefixtures("registry")
def test_the_geocoder_is_asked_about_the_text_as_it_came():
    assert geocoder.geocode(KNOWN).label == "Москва, улица Полевая, 5 к1"


MUCH_IS_LIKE_IT = "наяская " * 35  # and nothing has it
STREETS = """
    INSERT INTO complaints_street (locality_id, name, key, kind, point)
    SELECT (SELECT min(id) FROM complaints_locality), 'Новая ' || n, n || ' novaya', 'ulitsa',
        ST_SetSRID(ST_MakePoint(37, 55), 4326)
    FROM generate_series(1, 20000) AS n
"""


@pytest.mark.usefixtures("registry")
def test_an_address_that_takes_too_long_is_a_persons_and_keeps_nobody_waiting(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute(STREETS)
    monkeypatch.setattr(transitions, "SEARCH_MS", 10)
    slow = make_waiting(MUCH_IS_LIKE_IT, received_at=NOW - timedelta(days=1))
    good = make_waiting()

    assert geocode_waiting(now=NOW) == 2

    with connection.cursor() as cursor:  # the test's own transaction goes on
        cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    slow.refresh_from_db()
    good.refresh_from_db()
    assert (slow.placing, good.placing) == ("review", "placed")


@pytest.mark.usefixtures("registry")
def test_what_was_settled_in_time_is_kept_and_the_rest_waits_for_the_next(monkeypatch):
    monkeypatch.setattr(transitions, "PATIENCE_S", 0.0)
    for _ in range(3):
        make_waiting()

    assert [geocode_waiting(now=NOW) for _ in range(4)] == [1, 1, 1, 0]


@pytest.mark.usefixtures("registry")
def test_what_anybody_may_have_sent_is_placed_after_all_else():
    of_anybody = make_waiting(proven=False, received_at=NOW - timedelta(hours=2))
    of_the_crm = make_waiting()

    assert geocode_waiting(now=NOW, limit=1) == 1

    of_anybody.refresh_from_db()
    of_the_crm.refresh_from_db()
    assert (of_anybody.placing, of_the_crm.placing) == ("waiting", "placed")
    assert geocode_waiting(now=NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_one_worker_alone_is_at_what_anybody_may_have_sent(registry):
    for _ in range(2):
        make_waiting(proven=False)
    results = []
    with transaction.atomic():
        assert geocode_waiting(now=NOW, limit=1) == 1  # of anybody; and its turn until it ends

        def other_machine():
            results.append(geocode_waiting(now=NOW))
            connection.close()

        thread = threading.Thread(target=other_machine)
        thread.start()
        thread.join()
    assert results == [0]
    assert geocode_waiting(now=NOW) == 1
