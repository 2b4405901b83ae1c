"""The page of a spot in a real browser: what is round it on the map, and chips by keyboard."""

import pytest
from playwright.sync_api import expect

from spots.network.models import Sector
from tests.browser import opened, sign_in
from tests.factories import (
    make_complaint,
    make_coverage,
    make_event,
    make_network_event,
    make_site,
    make_spot,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(live_server):
    with opened(live_server, locale="en-GB", viewport={"width": 1400, "height": 1000}) as page:
        yield page


def test_the_map_has_layers_of_what_is_there_and_the_timeline_chips_by_keyboard(page):
    spot = make_spot(complaints=[make_complaint()])
    Sector.objects.create(site=make_site(), azimuth=30, beam_width=65)
    make_coverage("4G")
    make_network_event("outage", ends_at=None).sites.add(make_site("M2"))
    make_event(spot, "opened")
    make_event(spot, "commented", note="on site")
    sign_in(page)

    page.goto(f"/admin/spots/spot/{spot.pk}/change/")

    layers = page.locator(".leaflet-control-layers-overlays label")
    names = [name.strip() for name in layers.all_text_contents()]
    # complaints, sites, events; ranges and 4G to be asked for; and those of every map
    assert names[5:] == [
        *("Spots", "Single cases", "Complaints: heat", "Complaints: more than usual"),
        *("Complaints: each one (near)", "Surveys of network quality", "Counters of cells"),
        *("Coverage 2G", "Coverage 3G", "Coverage 5G"),
    ]
    assert page.locator(".leaflet-control-layers-overlays input:checked").count() == 3
    page.locator(".case-map .leaflet-control-layers").hover()
    with page.expect_response(lambda one: "/tiles/data/" in one.url) as heat:
        layers.get_by_text("Complaints: heat").click()
    assert (heat.value.ok, "layers=heat" in heat.value.url) == (True, True)
    page.locator("img.case-event, .leaflet-marker-icon.case-event").first.press("Enter")
    expect(page.locator(".leaflet-popup-content strong")).to_be_visible()

    page.locator('.case-chips [value="comments"]').focus()
    page.keyboard.press("Space")
    expect(page.locator(".case-events li.case-of-comments")).to_be_visible()
    expect(page.locator(".case-events li.case-of-moves")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator(".case-events li.case-of-moves")).to_be_visible()
    assert page.errors == []
