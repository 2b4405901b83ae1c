"""The list of attractors: seen by those who work with spots, decided by an administrator."""

import re
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from complaints.geocoding.models import Address, Locality, Street
from spots.watching.models import Attractor
from tests.factories import (
    CENTRE,
    make_attractor,
    make_brand,
    make_complaint,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:spots_attractor_changelist")
ADD = reverse("admin:spots_attractor_add")
AT_CENTRE = f'{{"type": "Point", "coordinates": [{CENTRE[0]}, {CENTRE[1]}]}}'


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def learnt(**fields):
    """One that the last learning found."""
    row = {"verdict": "learnt", "allowed": 4.0, "seen_at": timezone.now(), **fields}
    return make_attractor(**row)


def page_of(row, page="change"):
    return reverse(f"admin:spots_attractor_{page}", args=[row.pk])


def make_house(street: str = "Полевая", subscribers: int = 40) -> Address:
    point = Point(CENTRE[0] + 0.0005, CENTRE[1], srid=4326)
    town = Locality.objects.get_or_create(key="m", defaults={"name": "Мытищи", "point": point})[0]
    row = Street.objects.create(locality=town, name=street, key=street, point=point)
    return Address.objects.create(
        street=row, house="5", house_key="5", number=5, point=point, subscribers=subscribers
    )


def press(client, row, button, note=""):
    return client.post(page_of(row), {"note": note, f"spots_attractor_{button}": "1"})


# The list


def test_a_place_is_named_by_the_nearest_street_and_by_its_coordinates(signed_in):
    make_house()
    learnt()

    text = signed_in("planner").get(LIST).content.decode()

    assert "Мытищи, Полевая" in text
    assert "55.75000, 37.60000" in text


def test_far_from_every_house_the_coordinates_name_it(signed_in):
    make_house()
    learnt(lon=CENTRE[0] + 0.1)

    text = signed_in("planner").get(LIST).content.decode()

    assert "Полевая" not in text
    assert "55.75000, 37.70000" in text


def test_the_list_says_who_decided_and_what_the_houses_explain(signed_in):
    learnt(verdict="real", decided_by=make_user(username="vera"), customers=1234, allowed=4.5)

    text = signed_in("dispatcher").get(LIST).content.decode()

    for said in ("a person says: a real place", "vera", "1,234", "4.5"):
        assert said in text


@pytest.mark.parametrize(
    "query", ["verdict__exact=real", "brand__id__exact={brand}", "region={region}"]
)
def test_the_list_is_filtered(signed_in, query):
    other = {"brand": make_brand("other"), "region": make_region("far", lon=60.0), "lon": 60.0}
    wanted = learnt(verdict="real", **other)
    learnt()
    where = query.format(brand=wanted.brand_id, region=wanted.region_id)

    page = signed_in("administrator").get(f"{LIST}?{where}")

    assert list(page.context["cl"].result_list) == [wanted]


def test_filters_offer_no_brand_and_region_behind_a_wall(signed_in):
    learnt(brand=make_brand("rival"), region=make_region("far", lon=60.0), lon=60.0)
    learnt()

    text = signed_in("dispatcher").get(LIST).content.decode()

    assert "Rival" not in text
    assert "far" not in re.findall(r"region=[^>]*>\s*(\w+)", text)


def test_the_list_takes_the_same_queries_however_long_it_is(
    signed_in, django_assert_max_num_queries
):
    make_house()
    client, decider = signed_in("administrator"), make_user("administrator")
    for count in (2, 20):
        for number in range(count):
            learnt(coordinate=1000 * count + number, decided_by=decider)
        with django_assert_max_num_queries(15):
            page = client.get(LIST)
        assert len(page.context["cl"].result_list) >= count


# The page


def test_whoever_sees_complaints_sees_their_places_and_how_many_but_nobody(signed_in):
    make_house()
    for _ in range(3):
        make_complaint(text="Маша Петрова")
    row = learnt(customers=17)

    text = signed_in("dispatcher").get(page_of(row)).content.decode()

    assert "17 customers have complained from exactly here." in text
    assert "The houses there would explain up to 4." in text
    assert "The largest house within 150 m has 40 subscribers." in text
    assert '[37.6, 55.75, "3 complaints", 3]' in text
    assert "Петрова" not in text


def test_a_planner_sees_the_houses_and_no_complaints(signed_in):
    make_house()
    make_complaint()

    text = signed_in("planner").get(page_of(learnt())).content.decode()

    assert r"5 \u00b7 40 subscribers" in text
    assert '"complaint"' not in text


def test_another_brands_complaints_are_not_drawn(signed_in):
    make_complaint(brand=make_brand("rival"))

    assert "1 complaint" not in signed_in("dispatcher").get(page_of(learnt())).content.decode()


def test_where_no_house_is_known_the_page_says_so(signed_in):
    text = signed_in("planner").get(page_of(learnt())).content.decode()

    assert "No house is known within 150 m." in text


# What an administrator says


@pytest.mark.parametrize(
    ("button", "was", "verdict"),
    [
        ("say_real", "learnt", "real"),
        ("say_no_place", "learnt", "added"),
        ("say_nothing", "real", "learnt"),
    ],
)
def test_a_button_decides_with_the_note_in_one_step_of_history(signed_in, button, was, verdict):
    user = make_user("administrator")
    row = learnt(verdict=was)

    answer = press(signed_in(user), row, button, "I was there")

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.verdict, row.note) == (verdict, "I was there")
    assert row.decided_by == (None if verdict == "learnt" else user)
    assert row.history.count() == 2  # as it was found, and this
    assert row.history.latest("pk").history_user == user


def test_a_note_is_written_without_a_verdict(signed_in):
    row = learnt()

    signed_in("administrator").post(page_of(row), {"note": "ask the CRM", "_save": "1"})

    row.refresh_from_db()
    assert (row.verdict, row.note, row.decided_by) == ("learnt", "ask the CRM", None)


def test_only_what_would_change_something_is_offered(signed_in):
    client = signed_in("administrator")
    offered = {
        name: set(
            re.findall(r'name="spots_attractor_(\w+)"', client.get(page_of(row)).content.decode())
        )
        for name, row in {
            "learnt": learnt(coordinate=1),
            "real": learnt(coordinate=2, verdict="real"),
            "added": make_attractor(coordinate=3),
        }.items()
    }

    assert offered == {
        "learnt": {"say_real", "say_no_place"},
        "real": {"say_no_place", "say_nothing"},
        "added": {"say_real"},
    }


def test_whoever_only_looks_has_no_buttons_and_decides_nothing(signed_in):
    row, client = learnt(), signed_in("dispatcher")

    text = client.get(page_of(row)).content.decode()
    answer = press(client, row, "say_real")

    assert "spots_attractor_say" not in text
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.verdict == "learnt"


def test_several_are_decided_at_once_and_keep_their_notes(signed_in):
    rows = [learnt(coordinate=number, note=f"note {number}") for number in range(3)]
    chosen = {"action": "call_real", "_selected_action": [row.pk for row in rows[:2]]}

    answer = signed_in("administrator").post(LIST, chosen)

    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["Done for 2 places."]
    stored = Attractor.objects.order_by("coordinate").values_list("verdict", "note")
    assert list(stored) == [("real", "note 0"), ("real", "note 1"), ("learnt", "note 2")]


def test_what_cannot_be_left_to_the_learning_is_refused_in_words(signed_in):
    row = make_attractor()

    answer = signed_in("administrator").post(
        LIST, {"action": "leave_to_learning", "_selected_action": [row.pk]}
    )

    (said,) = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == "The learning does not find 55.75000, 37.60000: a person has to decide."


def test_the_history_shows_what_was_before(signed_in):
    row, client = learnt(), signed_in("administrator")
    press(client, row, "say_real", "a hostel")

    text = " ".join(client.get(page_of(row, "history")).content.decode().split())

    assert "a hostel" in text
    assert "found by itself" in text  # and not "learnt", as it is stored
    assert "a person says: a real place" in text


def test_an_old_version_opens_and_can_be_taken_back(signed_in):
    row, client = learnt(note="as found"), signed_in("administrator")
    press(client, row, "say_real", "a hostel")
    old = row.history.earliest("pk")
    page = f"{page_of(row, 'history')}{old.pk}/"

    shown = client.get(page)
    client.post(page, {"note": old.note, "_save": "1"})

    assert shown.status_code == 200
    row.refresh_from_db()
    assert (row.verdict, row.note, row.decided_by) == ("learnt", "as found", None)


@pytest.mark.parametrize(("brands", "chosen"), [(["demo"], True), (["demo", "other"], False)])
def test_where_there_is_one_brand_it_is_chosen_already(signed_in, brands, chosen):
    for code in brands:
        make_brand(code)

    initial = signed_in("administrator").get(ADD).context["adminform"].form.initial

    assert initial.get("brand") == (make_brand().pk if chosen else None)


# Added and deleted


def test_one_is_added_by_a_click_near_complaints(signed_in):
    user = make_user("administrator")
    make_complaint(lon=CENTRE[0] + 0.0003, received_at=timezone.now())
    row = {"brand": make_brand().pk, "point": AT_CENTRE, "note": "the middle of the town"}

    answer = signed_in(user).post(ADD, row)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    added = Attractor.objects.get()
    assert (added.verdict, added.decided_by, added.note) == ("added", user, row["note"])
    assert added.point.coords == (CENTRE[0] + 0.0003, CENTRE[1])
    assert added.region == make_region()


def test_a_click_where_nothing_stands_is_refused_in_words(signed_in):
    make_region()
    client, row = signed_in("administrator"), {"brand": make_brand().pk, "point": AT_CENTRE}

    empty = client.post(ADD, row).context["adminform"].form.errors["point"]
    outside = {**row, "point": '{"type": "Point", "coordinates": [90, 55]}'}
    abroad = client.post(ADD, outside).context["adminform"].form.errors["point"]

    assert empty == ["No complaint of this brand stands within 50 m of here."]
    assert abroad == ["This is outside the regions that are watched."]
    assert not Attractor.objects.exists()


def test_what_is_in_the_list_already_is_not_added_again(signed_in):
    make_complaint(received_at=timezone.now())
    learnt()
    row = {"brand": make_brand().pk, "point": AT_CENTRE}

    errors = signed_in("administrator").post(ADD, row).context["adminform"].form.errors

    assert errors["point"] == ["55.75000, 37.60000 is in the list already: found by itself."]


def test_the_map_of_a_new_one_begins_where_the_regions_are(signed_in):
    make_region()

    text = signed_in("administrator").get(ADD).content.decode()

    assert 'data-extent="37.1 55.25 38.1 56.25"' in text


def test_what_people_added_and_the_learning_does_not_find_can_be_deleted(signed_in):
    row = make_attractor(seen_at=timezone.now() - timedelta(days=5))

    signed_in("administrator").post(page_of(row, "delete"), {"post": "yes"})

    assert not Attractor.objects.exists()


@pytest.mark.parametrize("verdict", ["learnt", "real", "added"])
def test_what_the_learning_would_find_again_is_not_deleted(signed_in, verdict):
    row, client = learnt(verdict=verdict), signed_in("administrator")

    answer = client.post(page_of(row, "delete"), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})

    assert answer.status_code == 403
    assert Attractor.objects.exists()
    assert "it would be found again" in client.get(page_of(row)).content.decode()
