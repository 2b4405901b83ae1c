"""Launches are watched: complaints that name them against the weeks before, told of once a day."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.models import Launch, LaunchCount, LaunchDay
from heatmaps_project.supervision.launches.mentions import first_named, plain
from heatmaps_project.supervision.launches.models import MOST_WATCHED
from heatmaps_project.supervision.launches.transitions import watch_launches
from spots.models import Letter
from tests.factories import NOW, make_brand, make_complaints, make_launch, make_region, make_user

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "words", "named"),
    [
        ("Перешёл на тариф Летний, деньги ушли", "летн", True),
        ("перешел на ЛЁТНЫЙ", "летн", True),
        ("Улетные цены", "летн", False),  # inside a word
        ("безлимит на море не работает", "безлимит на мор", True),
        ("безлимит не работает на море", "безлимит на мор", False),
        ("5G-тариф", "5g тариф", True),
        ("", "летн", False),
        ("что угодно", "\n \n", False),
    ],
)
def test_a_launch_is_named_by_the_beginnings_of_its_words(text, words, named):
    assert (first_named(text, Launch(words=words).stems) is not None) == named


@given(st.text(max_size=80), st.text(max_size=20))
def test_whatever_stands_in_a_text_is_found_there(text, word):
    stem = plain(word)

    assert first_named(f"{text} {word} {text}", [stem]) == (0 if stem else None)


@pytest.fixture(name="_now")
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        yield


def said(text: str, *, ago: int, n: int, **fields) -> None:
    at = NOW - ago * DAY - timedelta(minutes=5)
    make_complaints({"text": text, "occurred_at": at, **fields} for _ in range(n))


@pytest.mark.usefixtures("_now")
def test_who_has_a_launch_is_written_to_once_a_day_when_it_is_named_more_than_before(signed_in):
    owner = make_user("planner", language="en", email="owner@example.org")
    launch = make_launch(owner=owner, words="летн", starts_on=TODAY - DAY)
    for ago in range(2, 30, 3):
        said("Хочу летний тариф", ago=ago, n=1)
    said("Летний тариф обманул", ago=0, n=3)
    said("Нет связи", ago=0, n=40)
    said("Летний", ago=0, n=40, brand=make_brand("rival"))
    said("Летний", ago=0, n=40, proven=False)  # of a form, by anybody

    for _ in range(2):
        watch_launches(now=NOW)
    assert not Letter.objects.exists()  # three are chance
    said("Летний тариф обманул", ago=0, n=8)
    for _ in range(2):
        watch_launches(now=NOW)

    letter = Letter.objects.get()
    assert letter.user == owner and "11 today" in letter.text
    days = dict(LaunchDay.objects.filter(launch=launch).values_list("day", "mentions"))
    assert (days[TODAY], days[TODAY - DAY], len(days)) == (11, 0, 30)
    page = signed_in(owner).get(reverse("launches"))
    [watched] = page.context["watched"]
    assert watched.rises and watched.days[0][1] == 11
    assert "more than before the launch" in page.content.decode()
    later = NOW + DAY
    watch_launches(now=later)
    assert Letter.objects.count() == 1  # quiet again


@pytest.mark.usefixtures("_now")
def test_other_words_are_counted_anew_and_what_names_nothing_is_refused(signed_in):
    launch = make_launch(words="летн", starts_on=TODAY)
    said("Зимний тариф", ago=0, n=2)
    watch_launches(now=NOW)
    client = signed_in("administrator")
    page = f"/admin/heatmaps_project/launch/{launch.pk}/change/"
    row = {
        "name": "Winter",
        "brand": launch.brand_id,
        "starts_on": TODAY,
        "watched_until": TODAY + DAY,
        "owner": launch.owner_id,
        "items-TOTAL_FORMS": 1,
        "items-INITIAL_FORMS": 0,
        "items-0-what": "Tell the agents",
    }

    for wrong in ("", " \n", "от", "\n".join(["слово"] * 21)):
        assert client.post(page, {**row, "words": wrong}).status_code == 200
    early = {**row, "words": "зимн", "watched_until": TODAY - DAY}
    assert client.post(page, early).status_code == 200
    assert client.post(page, {**row, "words": "зимн"}).status_code == 302
    watch_launches(now=NOW)

    assert LaunchDay.objects.get(launch=launch, day=TODAY).mentions == 2
    [watched] = client.get(reverse("launches")).context["watched"]
    assert (watched.left, watched.done) == (["Tell the agents"], 0)


@pytest.mark.usefixtures("_now")
def test_another_brands_launches_are_not_there(signed_in):
    make_launch(brand=make_brand("rival"))

    assert signed_in("planner").get(reverse("launches")).context["watched"] == []
    assert len(signed_in("administrator").get(reverse("launches")).context["watched"]) == 1


def filled_in(launch: Launch, **fields) -> dict[str, object]:
    """As the form of the admin sends it."""
    return {
        "name": "Summer",
        "brand": launch.brand_id,
        "words": "летн",
        "starts_on": TODAY,
        "watched_until": TODAY + DAY,
        "owner": launch.owner_id,
        "items-TOTAL_FORMS": 0,
        "items-INITIAL_FORMS": 0,
        **fields,
    }


def shown(page) -> dict[str, list[int | None]]:
    return {one.launch.name: [day[1] for day in one.days] for one in page.context["watched"]}


@pytest.mark.usefixtures("_now")
def test_a_launch_is_counted_in_the_regions_of_whoever_reads_and_of_whoever_is_told(signed_in):
    owner = make_user("planner", language="en", email="owner@example.org")
    make_launch(owner=owner, name="Летний")
    said("Летний тариф обманул", ago=0, n=40, region=make_region("far", lon=60.0, lat=56.8))
    watch_launches(now=NOW)

    assert shown(signed_in(owner).get(reverse("launches"))) == {"Летний": [None]}
    assert not Letter.objects.exists()
    everything = signed_in("administrator").get(reverse("launches"))
    assert shown(everything) == {"Летний": [40]}

    said("Летний тариф обманул", ago=0, n=11)
    said("Летний тариф обманул", ago=0, n=2, region=None)  # on no map yet: of everybody
    watch_launches(now=NOW)
    assert shown(signed_in(owner).get(reverse("launches"))) == {"Летний": [13]}
    assert "13 today" in Letter.objects.get().text


@pytest.mark.usefixtures("_now")
def test_who_has_lost_a_brand_is_told_nothing_of_it():
    owner = make_user("planner", email="owner@example.org")
    make_launch(owner=owner)
    owner.brands.clear()
    said("Летний тариф обманул", ago=0, n=40)

    watch_launches(now=NOW)

    assert not Letter.objects.exists()


@pytest.mark.usefixtures("_now")
def test_what_few_have_said_is_not_found_out_by_words(signed_in):
    """Neither alone nor beside words of many: 30 or 31 would tell as much as 0 or 1."""
    planner = make_user("planner", language="en")
    said("Плохая связь дома", ago=0, n=30)
    said("Это Снегирёва, муж после инсульта", ago=0, n=1)
    said("Позвоните: 8 916 123-45-67, pavlov@example.org", ago=0, n=30)
    for name, words in {
        "one": "снегирева муж после инсульта",
        "padded": "плохая связь\nснегирева муж",
        "many": "связь",
        "mail": "павлов\npavlov",
    }.items():
        make_launch(owner=planner, name=name, words=words)
    watch_launches(now=NOW)

    page = signed_in(planner).get(reverse("launches"))

    assert shown(page) == {"one": [None], "padded": [30], "many": [30], "mail": [None]}
    assert "fewer than 10" in page.content.decode()


@pytest.mark.usefixtures("_now")
def test_days_that_an_earlier_edition_counted_are_counted_anew():
    launch = make_launch()
    said("Летний", ago=5, n=3)
    watch_launches(now=NOW)
    LaunchCount.objects.all().delete()  # as that edition left it

    watch_launches(now=NOW)

    assert LaunchCount.objects.get(day__launch=launch).complaints == 3


@pytest.mark.parametrize(
    "words",
    [
        "8916",
        "тел 8916123",
        "летн 1",
        "летн\n89161234567",
        "ivanov@example",
        "а б в",
        "5g 4g",
        "_____",
    ],
)
def test_a_launch_is_named_by_words(words, signed_in, db):
    launch = make_launch()
    url = reverse("admin:heatmaps_project_launch_add")
    client = signed_in("planner")

    answer = client.post(url, filled_in(launch, words=words, starts_on=TODAY))

    assert answer.status_code == 200
    assert "words" in answer.context["adminform"].form.errors


@pytest.mark.usefixtures("_now")
def test_so_many_launches_of_a_brand_are_watched(signed_in):
    launch = make_launch(watched_until=TODAY)
    url = reverse("admin:heatmaps_project_launch_add")
    client = signed_in("planner")
    for n in range(MOST_WATCHED - 2):
        make_launch(name=f"{n}", owner=launch.owner)
    make_launch(
        name="over", owner=launch.owner, starts_on=TODAY - 9 * DAY, watched_until=TODAY - DAY
    )

    assert client.post(url, filled_in(launch, words="5G дома")).status_code == 302
    refused = client.post(url, filled_in(launch))
    assert "brand" in refused.context["adminform"].form.errors
    page = reverse("admin:heatmaps_project_launch_change", args=[launch.pk])
    assert client.post(page, filled_in(launch)).status_code == 302  # it is one of them
