"""Sites, coverage, outages and works in the admin."""

import pytest

from spots.models import NetworkEvent, Site
from tests.factories import make_brand, make_coverage, make_network_event, make_site, make_user

pytestmark = pytest.mark.django_db

AREA = '{"type": "Polygon", "coordinates": [[[37, 55], [38, 55], [38, 56], [37, 55]]]}'


def sectors(*rows: dict) -> dict:
    """A site's sectors as its form sends them."""
    sent = {"sectors-TOTAL_FORMS": len(rows), "sectors-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        sent |= {f"sectors-{number}-{name}": value for name, value in row.items()}
    return sent


def test_an_administrator_puts_a_site_on_the_map(signed_in):
    row = {
        "brand": make_brand().pk,
        "code": "M0001",
        "name": "Полевая",
        "technologies": ["2G", "4G"],
        "point": '{"type": "Point", "coordinates": [37.6, 55.75]}',
        **sectors({"azimuth": 120, "beam_width": 65, "range_m": "", "technologies": ["4G"]}),
    }

    answer = signed_in("administrator").post("/admin/spots/site/add/", row)

    assert answer.status_code == 302
    site = Site.objects.get()
    assert (site.point.coords, site.technologies) == ((37.6, 55.75), ["2G", "4G"])
    sector = site.sectors.get()
    assert (sector.azimuth, sector.beam_width, sector.range_m) == (120, 65, None)


def test_an_administrator_announces_works_with_their_area(signed_in):
    row = {
        "brand": make_brand().pk,
        "kind": "works",
        "title": "Замена антенны",
        "starts_at_0": "2026-03-25",
        "starts_at_1": "10:00",
        "sites": [make_site().pk],
        "area": AREA,
    }

    answer = signed_in("administrator").post("/admin/spots/networkevent/add/", row)

    assert answer.status_code == 302
    assert NetworkEvent.objects.get().area.num_coords == 4


def test_what_is_no_shape_is_refused(signed_in):
    row = {
        "brand": make_brand().pk,
        "code": "M1",
        "name": "x",
        "technologies": ["2G"],
        "point": "?",
        **sectors(),
    }

    answer = signed_in("administrator").post("/admin/spots/site/add/", row)

    assert "point" in answer.context["adminform"].form.errors


def test_whoever_may_not_change_a_site_sees_it_on_the_map(signed_in):
    page = signed_in("planner").get(f"/admin/spots/site/{make_site().pk}/change/")

    assert page.status_code == 200
    assert 'class="shape-map"' in page.content.decode()
    assert 'name="point"' not in page.content.decode()


@pytest.mark.parametrize("model", ["coverage", "networkevent"])
def test_lists_and_pages_open(signed_in, model):
    row = make_coverage() if model == "coverage" else make_network_event()
    administrator = signed_in("administrator")

    assert administrator.get(f"/admin/spots/{model}/").status_code == 200
    assert administrator.get(f"/admin/spots/{model}/{row.pk}/change/").status_code == 200


def test_another_brands_network_is_not_found(signed_in):
    coverage = make_coverage(brand=make_brand("other"))
    engineer = signed_in(make_user("engineer"))

    assert engineer.get(f"/admin/spots/coverage/{coverage.pk}/change/").status_code == 404
    assert coverage not in engineer.get("/admin/spots/coverage/").context["cl"].result_list
