"""Sites out of a file: what it says, and what becomes of what is there."""

from datetime import timedelta

import pytest

from spots.models import Import, Sector, Site
from spots.network.imports import checking, transitions
from tests.factories import NOW, make_brand, make_network_event, make_site
from tests.spots.network.uploads import (
    SITES,
    applied,
    checked,
    csv,
    feature,
    geojson,
    reasons,
    undone,
)

pytestmark = pytest.mark.django_db


def sites() -> dict[str, tuple]:
    return {
        site.code: (site.name, round(site.point.x, 2), tuple(site.technologies))
        for site in Site.objects.all()
    }


BOTH = {"M1": ("Полевая", 37.6, ("2G", "4G")), "M2": ("Садовая", 37.61, ("4G",))}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(csv(SITES), id="semicolons and decimal commas"),
        pytest.param(csv(SITES, encoding="utf-8-sig"), id="a byte order mark"),
        pytest.param(csv(SITES, encoding="cp1251"), id="Windows-1251"),
        pytest.param(csv(SITES.replace(",", ".").replace(";", ",")), id="commas"),
        pytest.param(csv(SITES.replace(";", "\t")), id="tabs"),
        pytest.param(csv(SITES.replace("\n", "\r\n")), id="line ends of Windows"),
        pytest.param(csv(SITES.replace("2G 4G", "GSM/LTE")), id="technologies by other names"),
        pytest.param(
            csv(SITES.replace("code", "SITE").replace("lon;lat", "longitude;latitude")),
            id="other columns",
        ),
        pytest.param(
            geojson(
                feature(
                    {"type": "Point", "coordinates": [37.6, 55.75, 180]},
                    code="M1",
                    name="Полевая",
                    technologies=["4G", "2G"],
                ),
                feature(
                    {"type": "Point", "coordinates": [37.61, 55.76]},
                    code="M2",
                    name="Садовая",
                    technologies="4G",
                ),
            ),
            id="GeoJSON, one with a height",
        ),
    ],
)
def test_sites_come_in_however_the_file_is_written(sent):
    row = applied(sent)

    assert (row.state, row.counts["new"], reasons(row)) == ("applied", 2, [])
    assert sites() == BOTH


def test_nothing_is_changed_before_somebody_says_so():
    row = checked(csv(SITES))

    assert (row.state, row.count("new"), row.rows) == ("checked", 2, 2)
    assert not Site.objects.exists()


def test_rows_of_sectors_with_one_code_are_one_site():
    text = (
        "code,lon,lat,technologies,azimuth,beam_width,range_m\n"
        "M1,37.6,55.75,4G,0,65,1500\nM1,37.6001,55.75,4G,120,65,\nM1,37.6,55.75,2G,240,,\n"
    )

    applied(csv(text))

    site = Site.objects.get()
    assert site.technologies == ["2G", "4G"]
    assert list(
        Sector.objects.order_by("azimuth").values_list("azimuth", "beam_width", "range_m")
    ) == [
        (0, 65, 1500),
        (120, 65, None),
        (240, 120, None),
    ]


def test_a_feature_may_list_its_sectors():
    told = [{"azimuth": 360, "technologies": ["5G"]}, {"azimuth": 90.5, "range_m": 800}]
    point = {"type": "Point", "coordinates": [37.6, 55.75]}

    applied(geojson(feature(point, code="M1", technologies="4G", sectors=told)))

    assert sorted(Sector.objects.values_list("azimuth", flat=True)) == [0, 90.5]
    assert Site.objects.get().technologies == ["4G", "5G"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (";x;37;55;4G", "“code” is missing."),
        ("M1;x;;55;4G", "“lon” is missing."),
        ("M1;x;east;55;4G", "“lon” is no number from -180 to 180."),
        ("M1;x;1e999;55;4G", "“lon” is no number from -180 to 180."),
        ("M1;x;nan;55;4G", "“lon” is no number from -180 to 180."),
        ("M1;x;372071;6096620;4G", "“lon” is no number from -180 to 180."),
        ("M1;x;0;0;4G", "It lies outside the world: is its coordinate system right?"),
        ("M1;x;37;55;7G", "“7G” is no technology; known are 2G, 3G, 4G, 5G."),
        ("M1;x;37;55;", "“technologies” is missing."),
        ("M1;x;37", "3 cells under 5 columns"),
        (f"{'M' * 51};x;37;55;4G", "“code” is no text of at most 50 characters."),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_are_taken(line, reason):
    row = checked(csv("code;name;lon;lat;technologies\nM0;y;37;55;4G\n" + line + "\n"))

    assert (row.state, row.counts) == ("checked", {"new": 1, "refused": 1})
    assert reasons(row) == [reason]


def test_the_second_of_two_rows_with_one_code_is_refused_and_names_the_first():
    text = "code;lon;lat;technologies\nM1;37;55;4G\nM1;37;55;2G\nM1;38;55;2G\n"

    assert reasons(checked(csv(text))) == ["The same stands in line 2 already."] * 2


def test_sectors_far_from_their_site_are_refused():
    text = "code,lon,lat,technologies,azimuth\nM1,37.6,55.75,4G,0\nM1,37.7,55.75,4G,120\n"

    assert reasons(checked(csv(text))) == ["Line 2 puts this site elsewhere."]


def test_the_same_file_again_changes_nothing():
    applied(csv(SITES))

    row = checked(csv(SITES))

    assert (row.count("unchanged"), row.count("new"), row.count("changed")) == (2, 0, 0)


def test_merging_leaves_what_the_file_does_not_name_and_replacing_takes_it_away():
    make_site("OLD")
    make_site("M1")
    foreign = Site.objects.create(
        brand=make_brand("rival"), code="R", name="r", point="POINT (1 1)", technologies=["2G"]
    )

    text = SITES.replace("Полевая", "Новая")
    merged = checked(csv(text), mode="merge")
    replaced = applied(csv(text), mode="replace")

    assert (merged.count("removed"), merged.count("new"), merged.count("changed")) == (0, 1, 1)
    assert (replaced.count("removed"), replaced.count("new")) == (1, 1)
    assert set(sites()) == {"M1", "M2", foreign.code}


def test_a_site_whose_row_is_refused_is_not_taken_away():
    make_site("M1")

    row = applied(csv(SITES.replace("37,60", "east")), mode="replace")

    assert row.count("removed") == 0
    assert set(sites()) == {"M1", "M2"}


def test_a_file_of_refused_rows_alone_replaces_nothing():
    make_site("OLD")

    row = checked(csv("code;lon;lat;technologies\n;1;1;4G\n"), mode="replace")

    assert row.count("removed") == 0


def test_an_undone_import_leaves_what_was_before_it():
    old = make_site("OLD")
    Sector.objects.create(site=old, azimuth=30, beam_width=65, technologies=["4G"])
    event = make_network_event()
    event.sites.add(old, make_site("M1"))
    before = list(Site.objects.order_by("pk").values())

    row = undone(applied(csv(SITES), mode="replace"))

    assert (row.state, row.note) == ("undone", "")
    assert list(Site.objects.order_by("pk").values()) == before
    assert Sector.objects.get().site == old
    assert set(event.sites.values_list("code", flat=True)) == {"OLD", "M1"}


def test_an_import_that_a_later_one_built_on_is_not_undone_and_names_it():
    first = applied(csv(SITES))
    later = applied(csv(SITES.replace("Садовая", "Лесная")), now=NOW + timedelta(minutes=1))

    refused = undone(first)

    assert refused.state == "applied"
    assert f"№ {later.pk}" in refused.note
    assert sites()["M2"][0] == "Лесная"
    assert undone(later).state == "undone"
    assert undone(first).state == "undone"
    assert sites() == {}


def test_an_import_is_not_undone_over_a_change_by_hand():
    row = applied(csv(SITES))
    Site.objects.filter(code="M1").update(name="by hand")

    assert undone(row).state == "applied"
    assert "M1" in row.note
    assert sites()["M1"][0] == "by hand"


def test_a_new_site_that_an_event_speaks_of_stays():
    row = applied(csv(SITES))
    make_network_event().sites.add(Site.objects.get(code="M1"))

    assert undone(row).state == "applied"
    assert "M1" in sites()


def test_what_was_changed_since_the_check_is_checked_again_and_not_overwritten():
    make_site("M1")
    row = checked(csv(SITES.replace("Полевая", "Новая")))
    Site.objects.filter(code="M1").update(name="by hand")

    transitions.ask_to_apply(row.pk, by=row.by, now=NOW)
    checking.run_waiting(now=NOW)

    row.refresh_from_db()
    assert (row.state, sites()["M1"][0]) == ("uploaded", "by hand")
    assert "M1" in row.note
    checking.run_waiting(now=NOW)
    assert Import.objects.get().state == "checked"
    assert row.staged.get(key="M1").before["name"] == "by hand"
