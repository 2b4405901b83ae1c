"""What the map of a case shows of what is round it."""

import json
import re
from datetime import timedelta

import numpy as np
import pytest
import shapely
import time_machine
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from complaints.models import Complaint
from spots.models import Case, Membership, Site
from spots.network.models import Sector
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_complaint,
    make_coverage,
    make_network_event,
    make_region,
    make_site,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
QUERIES = 56  # of the whole page


def drawing(client, case: Case, page: str = "spot") -> bytes:
    with time_machine.travel(NOW):
        answer = client.get(f"/admin/spots/{page}/{case.pk}/change/")
    return re.search(rb'<script id="case-drawing"[^>]*>(.*?)</script>', answer.content)[1]


def drawn(client, case: Case, page: str = "spot") -> dict:
    return json.loads(drawing(client, case, page))


def aside(east: float) -> Point:
    return Point(CENTRE[0] + east, CENTRE[1], srid=4326)


def test_a_site_is_drawn_with_its_sectors_by_azimuth(signed_in):
    site = make_site("near-1")
    Sector.objects.create(site=site, azimuth=240, beam_width=65, range_m=900)
    Sector.objects.create(site=site, azimuth=30, beam_width=65, technologies=["4G", "5G"])

    (told,) = drawn(signed_in(), make_spot())["sites"]

    assert told["sectors"] == [[30.0, 65.0, 3000, "4G 5G"], [240.0, 65.0, 900, ""]]


def test_coverage_is_drawn_by_technology_outdoors_and_of_today(signed_in):
    make_coverage("4G")
    make_coverage("4G", area=MultiPolygon(aside(0.06).buffer(0.01), srid=4326))
    make_coverage("2G")
    make_coverage("3G", "indoor")
    make_coverage("5G", valid_from=NOW.date() + timedelta(days=1))

    coverage = drawn(signed_in(), make_spot())["coverage"]

    assert [(layer["tech"], len(layer["areas"])) for layer in coverage] == [("2G", 1), ("4G", 2)]


def test_coverage_that_ends_before_the_box_has_no_layer(signed_in):
    make_coverage(area=MultiPolygon(aside(2).buffer(0.05), srid=4326))

    assert drawn(signed_in(), make_spot())["coverage"] == []


def test_an_outage_stands_at_its_sites_and_works_without_sites_at_the_spot(signed_in):
    outage = make_network_event("outage", ends_at=None)
    outage.sites.add(make_site("near-1", lon=CENTRE[0] + 0.01), make_site("far-1", lon=38.6))
    make_network_event("works", starts_at=NOW - 2 * HOUR)

    told = drawn(signed_in(make_user("engineer", language="en")), make_spot())

    outage, works = told["events"]
    assert outage["at"] == [[37.61, 55.75]]
    assert (outage["from"], outage["until"]) == ("25 March, 12:00", "")
    assert works["until"] == "25 March, 16:00"
    assert shapely.box(37.595, 55.747, 37.605, 55.753).contains(shapely.Point(works["at"][0]))
    assert told["event_kinds"] == [["outage", "outage"], ["works", "planned works"]]


def test_an_event_that_does_not_touch_the_spot_is_not_drawn(signed_in):
    make_network_event("outage", area=aside(0.05).buffer(0.01))
    make_network_event("outage", ends_at=NOW - 40 * HOUR, starts_at=NOW - 50 * HOUR)

    assert drawn(signed_in(), make_spot())["events"] == []


def test_other_cases_that_are_worked_on_near_by_are_drawn_with_a_link(signed_in):
    spot = make_spot(started_at=NOW - HOUR)
    other = make_spot(centre=aside(0.015), place="Station Road")
    single = make_spot(kind="single", centre=aside(0.02), outline=None)
    make_spot(centre=aside(0.01), state="fixed", fixed_at=NOW)
    make_spot(centre=aside(0.5))

    near = drawn(signed_in(), spot)["near"]

    assert [one["url"] for one in near] == [
        f"/admin/spots/spot/{other.pk}/change/",
        f"/admin/spots/singlecase/{single.pk}/change/",
    ]
    assert [len(one["outline"]) for one in near] == [1, 0]
    assert near[0]["name"].endswith("Station Road")


def test_who_may_not_see_single_cases_is_not_shown_where_they_are(signed_in):
    make_spot(kind="single", centre=aside(0.01), outline=None)

    assert drawn(signed_in("planner"), make_spot())["near"] == []


def test_a_single_case_has_the_same_surroundings(signed_in):
    single = make_spot(kind="single", outline=None)
    other = make_spot()
    make_coverage()

    told = drawn(signed_in(), single, "singlecase")

    assert [one["url"] for one in told["near"]] == [f"/admin/spots/spot/{other.pk}/change/"]
    assert [layer["tech"] for layer in told["coverage"]] == ["4G"]


def test_what_is_behind_a_wall_is_not_round_a_case(signed_in):
    rival = make_brand("rival")
    make_coverage(brand=rival)
    make_network_event(brand=rival)
    Site.objects.create(brand=rival, code="r", name="", point=aside(0), technologies=["4G"])
    make_spot(centre=aside(0.015), brand=rival)
    make_spot(centre=aside(0.015), region=make_region("far", lon=60.0))

    told = drawn(signed_in(), make_spot())

    assert told["outline"]
    for layer in ("coverage", "events", "sites", "near", "event_kinds"):
        assert told[layer] == [], layer


def ragged(east: float = 0.0, *, radius: float = 0.04, corners: int = 3000) -> Polygon:
    """An area whose edge no simplifying makes smooth."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = radius * (1 + 0.4 * (np.arange(corners) * 7919 % 100) / 100)
    lon = CENTRE[0] + east + reach * np.cos(turn)
    ring = np.column_stack([lon, CENTRE[1] + reach * np.sin(turn)]).tolist()
    return Polygon([*ring, ring[0]], srid=4326)


@pytest.fixture
def crowded() -> Case:
    """A spot with more of everything round it than its page draws."""
    like = make_complaint()
    copies = [
        Complaint(
            **{
                field.attname: getattr(like, field.attname)
                for field in Complaint._meta.concrete_fields
                if field.name not in {"id", "external_id", "point"}
            },
            external_id=f"copy {n}",
            point=aside(n / 1e6 + 1 / 3e7),
        )
        for n in range(2100)
    ]
    made = Complaint.objects.bulk_create(copies)
    spot = make_spot(outline=ragged(radius=0.01, corners=150))
    Membership.objects.bulk_create(
        Membership(case=spot, complaint=complaint, since=NOW) for complaint in made
    )
    sites = [make_site(f"site {n}", lon=CENTRE[0] + n / 3000) for n in range(45)]
    Sector.objects.bulk_create(
        Sector(site=site, azimuth=25.123456 * n, beam_width=65.5, technologies=["2G", "4G"])
        for site in sites
        for n in range(14)
    )
    for technology in ("2G", "3G", "4G", "5G"):
        make_coverage(technology, area=MultiPolygon(ragged(), srid=4326))
    for _ in range(12):
        make_network_event("outage", title="т" * 200, area=ragged()).sites.set(sites)
    for n in range(35):
        outline = ragged(n / 1e5, radius=0.01, corners=400)
        make_spot(place="п" * 200, outline=outline, centre=aside(n / 1e5))
    return spot


def test_the_drawing_stays_light_however_much_there_is(signed_in, crowded):
    sent = drawing(signed_in(), crowded)
    told = json.loads(sent)

    assert 150_000 < len(sent) < 300_000
    counts = {layer: len(told[layer]) for layer in ("dots", "sites", "events", "near", "coverage")}
    assert counts == {"dots": 2000, "sites": 40, "events": 10, "near": 30, "coverage": 4}
    assert {len(site["sectors"]) for site in told["sites"]} == {12}
    assert {len(event["at"]) for event in told["events"]} == {20}


def test_the_drawing_takes_the_same_queries_however_much_there_is(
    signed_in, crowded, django_assert_max_num_queries
):
    client = signed_in()

    with django_assert_max_num_queries(QUERIES):
        drawn(client, crowded)
