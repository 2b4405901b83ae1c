"""The map page in a real browser: with keys alone, in time, shared, on a wall, in another page."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template import Context, Template
from django.utils import timezone
from playwright.sync_api import Page, expect

from spots.models import Case, Membership
from tests.browser import sign_in
from tests.factories import make_complaint, make_event, make_spot

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "14/55.75000/37.60000"
HOUR = timedelta(hours=1)


@pytest.fixture
def spot() -> Case:
    """Opened ten hours ago, accepted five hours ago."""
    now = timezone.now()
    spot = make_spot(
        place="Station Road",
        state="accepted",
        opened_at=now - 10 * HOUR,
        started_at=now - 11 * HOUR,
    )
    make_event(spot, "accepted", at=now - 5 * HOUR, was="detected", became="accepted")
    Membership.objects.create(
        case=spot, complaint=make_complaint(occurred_at=now, received_at=now), since=now - 9 * HOUR
    )
    return spot


def open_map(page: Page, address: str) -> None:
    sign_in(page)
    page.goto(address)
    page.wait_for_function("window.heatmapsPage")


def test_layers_search_and_measuring_need_no_mouse(page, spot):
    open_map(page, f"/map/#{HERE}/spots,heat/672/")
    expect(page.locator(".spot-marker")).to_have_count(1)

    page.keyboard.press("1")
    expect(page.locator(".spot-marker")).to_have_count(0)
    expect(page).to_have_url(re.compile("/heat/"))
    page.keyboard.press("1")

    page.keyboard.press("/")
    page.keyboard.type(str(spot.pk))
    page.keyboard.press("Enter")
    expect(page.locator(".map-here")).to_have_count(1)
    address = urlsplit(page.url)  # its port may hold any digits
    assert str(spot.pk) not in address.path + address.query

    page.keyboard.press("m")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    expect(page.locator(".map-measure")).to_contain_text("m")
    page.keyboard.press("Escape")
    expect(page.locator(".map-measure")).to_have_count(0)


def test_the_map_fills_the_screen_with_one_key_and_what_is_shown_is_a_file(page, spot):
    open_map(page, f"/map/#{HERE}/spots,sites/168/")

    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement?.contains(document.getElementById('map'))")
    page.keyboard.press("f")
    page.wait_for_function("!document.fullscreenElement")
    page.fill("#map-export [name='why']", "A night of outages")
    for form in ("geojson", "gpkg", "csv"):
        with page.expect_download() as got:
            page.click(f"[data-export$='export.{form}']")
        asked = parse_qs(urlsplit(got.value.url).query)
        assert asked.keys() >= {"west", "south", "east", "north"}
        assert (asked["layers"], asked["hours"]) == (["spots,sites"], ["168"])
        assert got.value.suggested_filename.endswith(form)


def test_badges_tell_how_urgent_and_how_many_and_come_anew_by_themselves(page, spot):
    grave = make_spot(band=1, customers=64)
    page.clock.install()
    open_map(page, f"/map/#{HERE}/spots/672/")

    def wide(band: int) -> float:
        box = page.locator(f".spot-marker:has(.band-{band})").bounding_box()
        assert box
        return box["width"]

    expect(page.locator(".spot-marker")).to_have_count(2)
    assert wide(1) > wide(spot.band)

    Case.objects.filter(pk=grave.pk).update(band=2)
    page.clock.fast_forward(16_000)
    expect(page.locator(".spot-badge.band-2")).to_have_count(1)
    expect(page.locator(".spot-badge.band-1")).to_have_count(0)


def test_letters_are_the_same_keys_with_russian_letters_on(page, spot):
    open_map(page, f"/map/#{HERE}/spots/672/")

    # What a browser tells of the keys F, M, L and T under a Russian layout.
    press = "([key, code]) => document.body.dispatchEvent(" + (
        "new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))"
    )
    page.evaluate(press, ["д", "KeyL"])
    expect(page.locator("#map-form")).to_be_hidden()
    page.evaluate(press, ["д", "KeyL"])
    expect(page.locator("#map-form")).to_be_visible()
    page.evaluate(press, ["ь", "KeyM"])
    expect(page.locator(".map-measure")).to_have_count(1)
    page.evaluate(press, ["ь", "KeyM"])
    page.evaluate(press, ["е", "KeyT"])
    expect(page.locator(".map-play")).to_have_text("❚❚")
    page.evaluate(press, ["е", "KeyT"])
    expect(page.locator(".map-play")).to_have_text("▶")


def test_a_shared_moment_opens_as_it_was_then_and_says_so(page, spot):
    then = timezone.now() - 7 * HOUR
    open_map(page, f"/map/#{HERE}/spots/672//{then:%Y-%m-%dT%H:%M:%SZ}/24")

    marker = page.locator(".spot-marker")
    expect(marker).to_have_attribute("title", f"№ {spot.pk} Station Road: detected, P4")
    expect(page.locator("[data-when=past]")).to_be_visible()
    page.click(".map-now")
    expect(marker).to_have_attribute("title", f"№ {spot.pk} Station Road: accepted, P4")
    expect(page.locator("[data-when=past]")).to_be_hidden()


def test_an_address_that_was_cut_or_changed_opens_what_is_usual(page, spot):
    open_map(page, f"/map/#{HERE}/spots,nothing/99/%E0%A4/never/x")

    expect(page.locator(".spot-marker")).to_have_count(1)
    expect(page.locator("[name=hours]")).to_have_value("672")
    expect(page.locator("[name=topics]")).to_have_value("")
    page.goto("about:blank")
    page.goto("/map/#9/Infinity/37.6/spots/672/")
    expect(page.locator("#map .leaflet-control-scale-line")).not_to_have_text("")


def test_how_a_spot_grew_is_played_from_its_beginning(page, spot):
    open_map(page, f"/map/#{HERE}/spots/672/")
    page.locator(".spot-marker").dispatch_event("click")
    page.click(".spot-grew")

    expect(page.locator(".map-play")).to_have_text("❚❚")
    expect(page.locator("#map-time output")).to_contain_text("as it was on")
    page.keyboard.press("Escape")
    expect(page.locator(".map-play")).to_have_text("▶")


def test_a_wall_display_lists_the_most_urgent_and_hides_the_rest(page, spot):
    open_map(page, f"/map/?wall=1#{HERE}/spots/672/")

    expect(page.locator("#map-urgent li")).to_contain_text("Station Road")
    expect(page.locator("#map-panel")).to_be_hidden()


def test_everything_can_be_touched_on_a_phone(page, spot):
    page.set_viewport_size({"width": 390, "height": 844})
    open_map(page, f"/map/#{HERE}/spots/672/")
    page.click("#map-panel > summary")

    small = page.evaluate(
        """() => [...document.querySelectorAll(
            ".map-page :is(button, select, summary, .leaflet-bar a, #map-form label, [type=search])"
        )].filter((one) => one.checkVisibility())
          .map((one) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect().height])
          .filter(([, height]) => height < 44)"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_another_page_has_the_one_map_by_a_tag(rf, spot):
    template = Template(
        "{% load maps %}{% one_map point=point zoom=16 layers='spots,4G' mark=caller %}"
    )

    drawn = template.render(
        Context({"request": rf.get("/"), "point": spot.centre, "caller": "<Caller>"})
    )

    assert 'data-lon="37.600000"' in drawn
    assert 'data-layers="spots,4G"' in drawn
    assert 'data-mark="&lt;Caller&gt;"' in drawn
