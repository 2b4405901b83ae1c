"""Coverage, outages and subscribers out of files: what each kind has of its own."""

from datetime import UTC, datetime

import pytest

from complaints.geocoding.imports import AddressRow, load
from complaints.models import Address, HouseSubscribers
from spots.models import Coverage, NetworkEvent, Site
from tests.factories import NOW, make_brand, make_coverage, make_network_event, make_site
from tests.spots.network.uploads import (
    applied,
    checked,
    csv,
    feature,
    geojson,
    reasons,
    square,
    undone,
)

pytestmark = pytest.mark.django_db


# Coverage


def test_coverage_replaces_and_comes_back():
    old = make_coverage("3G", source="old")
    kept = make_coverage("3G", brand=make_brand("rival"))
    before = list(
        Coverage.objects.order_by("technology", "source").values(
            "technology", "area", "valid_from", "source"
        )
    )

    row = applied(geojson(feature(square(), technology="4G")), "coverage", mode="replace")
    assert not Coverage.objects.filter(pk=old.pk).exists()
    assert Coverage.objects.filter(pk=kept.pk).exists()
    undone(row)

    after = Coverage.objects.order_by("technology", "source").values(
        "technology", "area", "valid_from", "source"
    )
    assert list(after) == before


def test_an_area_that_does_not_say_since_when_stays_valid_as_it_is():
    make_coverage("4G", source="plan")
    since = Coverage.objects.get().valid_from

    applied(geojson(feature(square(), technology="4G", source="plan")), "coverage")

    assert Coverage.objects.get().valid_from == since


# Outages and works

EVENTS = (
    "external_id;kind;title;starts_at;ends_at;sites;wkt;cause\n"
    "INC-1;авария;Нет питания;25.03.2026 14:10;;M1;;power\n"
    "W-1;works;Замена антенны;2026-03-26T00:00+03:00;2026-03-26T06:00+03:00;;"
    '"POLYGON((37 55,38 55,38 56,37 55))";\n'
)


def test_events_come_in_with_sites_or_an_area():
    make_site("M1")

    row = applied(csv(EVENTS), "events")

    assert reasons(row) == []
    outage, works = NetworkEvent.objects.order_by("external_id")
    assert (outage.kind, outage.cause_code, outage.ends_at) == ("outage", "power", None)
    assert outage.starts_at == datetime(2026, 3, 25, 11, 10, tzinfo=UTC)  # Moscow's clock
    assert [site.code for site in outage.sites.all()] == ["M1"]
    assert outage.area.contains(Site.objects.get().point)
    assert (works.kind, works.area.num_coords) == ("works", 4)
    assert checked(csv(EVENTS), "events").count("unchanged") == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1;outage;x;2026-03-25;;M9;;", "There is no site “M9”."),
        ("1;outage;x;2026-03-25;;;;", "It says neither sites nor an area."),
        ("1;outage;x;2026-03-25;2026-03-24;M1;;", "It ends before it starts."),
        ("1;outage;x;yesterday;;M1;;", "“starts_at” is no time such as 2026-03-25T14:10+03:00."),
        ("1;outage;x;0001-01-01;;M1;;", "“starts_at” is too far away."),
        (
            "1;party;x;2026-03-25;;M1;;",
            "“kind” is “party”; known are outage, авария, works, работы, build, строительство.",
        ),
        ("1;outage;x;2026-03-25;;;POINT(1 2);", "Its shape is no area."),
        ("1;outage;x;2026-03-25;;;POLYGON((;", "Its shape cannot be read."),
        ('1;outage;x;2026-03-25;;;"{""type"": ""Polygon""}";', "Its shape cannot be read."),
        (";outage;x;2026-03-25;;M1;;", "“external_id” is missing."),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(line, reason):
    make_site("M1")

    assert reasons(checked(csv(EVENTS.splitlines()[0] + "\n" + line), "events")) == [reason]


def test_a_list_of_the_present_events_takes_away_the_others_and_leaves_the_past():
    past = make_network_event(external_id="past", ends_at=NOW)
    typed = make_network_event()
    make_network_event(external_id="cancelled")
    make_site("M1")

    row = applied(csv(EVENTS), "events", mode="replace")

    assert row.count("removed") == 1
    assert not NetworkEvent.objects.filter(external_id="cancelled").exists()
    assert {past, typed} <= set(NetworkEvent.objects.all())
    undone(row)
    assert set(NetworkEvent.objects.values_list("external_id", flat=True)) == {
        "past",
        "",
        "cancelled",
    }


# Subscribers

HEAD = "lon;lat;city;street;house;address;subscribers;customers\n"


@pytest.fixture(name="houses")
def _houses() -> dict[str, int]:
    places = (("5", 37.6), ("7", 37.61), ("9к1", 37.62))
    load(
        AddressRow("Мытищи", "ул. Полевая", number, lon, 55.75, subscribers=40)
        for number, lon in places
    )
    return dict(Address.objects.values_list("house", "pk"))


def people() -> dict[str, int]:
    return dict(HouseSubscribers.objects.values_list("address__house", "people"))


@pytest.mark.usefixtures("houses")
def test_houses_are_found_by_point_by_name_and_by_address():
    text = (
        "37,60001;55,75001;;;;;112;C-1 C-2\n"
        ";;Мытищи;улица Полевая;7;;8;\n"
        ';;;;;"Мытищи, Полевая ул., д. 9 корп. 1";60;C-3\n'
    )

    row = applied(csv(HEAD + text), "subscribers")

    assert (reasons(row), people()) == ([], {"5": 112, "7": 8, "9к1": 60})
    assert HouseSubscribers.objects.get(people=112).crm_ids == ["C-1", "C-2"]
    assert set(Address.objects.values_list("subscribers", flat=True)) == {40}  # the registry's own


@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("37,605;55,75;;;;;1;", "No house of the registry is there."),
        (";;Мытищи;Полевая;6;;1;", "No house of the registry is there."),
        (";;;;;Луна;1;", "No house of the registry is there."),
        ("37,6;55,75;;;;;-1;", "“subscribers” is no number from 0 to 100000."),
        ("37,6;55,75;;;;;1,5;", "“subscribers” is no whole number."),
        ("37,6;55,75;;;;;;", "“subscribers” is missing."),
        (";;;;;;1;", "“address” is missing."),
    ],
)
def test_a_row_without_its_house_or_number_is_refused(line, reason):
    assert reasons(checked(csv(HEAD + line), "subscribers")) == [reason]


@pytest.mark.usefixtures("houses")
def test_two_rows_of_one_house_are_told_apart():
    text = "37,6;55,75;;;;;1;\n;;Мытищи;Полевая;5;;2;\n"

    row = checked(csv(HEAD + text), "subscribers")

    assert (row.count("new"), reasons(row)) == (1, ["The same stands in line 2 already."])


def test_brands_do_not_overwrite_each_other_and_an_undo_is_a_brands_own(houses):
    for brand, count in (("demo", 10), ("rival", 20)):
        HouseSubscribers.objects.create(
            brand=make_brand(brand), address_id=houses["5"], people=count
        )

    row = applied(csv(HEAD + "37,61;55,75;;;;;3;\n"), "subscribers", mode="replace")

    assert list(HouseSubscribers.objects.order_by("people").values_list("people", flat=True)) == [
        3,
        20,
    ]
    undone(row)
    assert list(HouseSubscribers.objects.order_by("people").values_list("people", flat=True)) == [
        10,
        20,
    ]
