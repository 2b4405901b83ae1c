"""The wall renews itself and outlives an outage; places are drawn on the one map; phones fit."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from spots.models import Clock
from tests.browser import PASSWORD, opened, sign_in
from tests.factories import make_policy, make_proposal, make_spot, make_user

PAGES = (
    *("/wall/", "/morning/", "/manager/", "/detection-quality/", "/channels/", "/dealers/"),
    *("/market/", "/scorecards/", "/staffing/", "/figures/"),
    *("/complex/", "/complex/rows/", "/board/baseline/"),
)
CUT = """[...document.querySelectorAll('.figures-scroll, .planning-scroll')]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.innerText)"""
SHOTS = os.environ.get("BOARD_SHOTS")  # a folder to look at


def miss_a_promise():
    due = timezone.now() - timedelta(hours=1)
    Clock.objects.create(
        case=make_spot(state="routed"),
        target="fix",
        policy=make_policy(order=Clock.objects.count() + 1),
        minutes=60,
        started_at=due - timedelta(hours=1),
        due_at=due,
    )


@pytest.fixture(name="page")
def _page(live_server):
    with opened(live_server) as page:
        page.clock.install()
        sign_in(page, make_user("planner", password=PASSWORD, language="en"))
        yield page


def test_the_wall_renews_itself_says_how_old_it_is_and_goes_on_after_an_outage(page):
    page.goto("/wall/")
    number = page.locator(".wall-card").nth(2).locator(".wall-number")
    assert number.inner_text().strip() == "0"

    miss_a_promise()
    with page.expect_response("**/wall/numbers/**"):
        page.clock.run_for(15_000)
    page.wait_for_function("document.querySelectorAll('.wall-number')[2].innerText.trim() === '1'")

    page.route("**/wall/numbers/**", lambda route: route.abort())
    for _ in range(5):
        with page.expect_event("requestfailed"):
            page.clock.run_for(15_000)
    page.wait_for_selector("#wall.wall-stale")
    assert "No connection" in page.locator("#wall-alarm").inner_text()
    assert "second" in page.locator("#wall-age").inner_text()

    page.unroute("**/wall/numbers/**")
    miss_a_promise()
    with page.expect_response("**/wall/numbers/**"):
        page.clock.run_for(15_000)
    page.wait_for_function("document.querySelectorAll('.wall-number')[2].innerText.trim() === '2'")
    assert page.locator("#wall-alarm").inner_text() == ""
    assert page.errors == []


def test_boards_and_places_fit_a_phone_and_draw_their_maps(page):
    place = make_proposal(place="Полевая, 5", band=1, worth=900, complaints=7)
    miss_a_promise()
    listed, one, scenario = (
        "/admin/heatmaps_project/proposal/",
        f"/admin/heatmaps_project/proposal/{place.pk}/change/",
        "/admin/heatmaps_project/proposal/scenario/",
    )

    for address in (listed, one):
        page.goto(address)
        page.wait_for_selector(".planning-map path.spot-outline.band-1")
    for width in (390, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (*PAGES, listed, one, scenario):
            page.goto(address)
            page.clock.run_for(500)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 1, f"{address} at {width}"
            assert page.evaluate(CUT) == [], f"{address} at {width}"
            if SHOTS:
                name = address.strip("/").replace("/", "-")
                page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto("/channels/")
    told = page.locator(".stacked").first.locator("tbody tr").first.locator("td").first
    name = told.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert name == '"complaints"'
    assert page.errors == []


def test_a_chart_is_saved_as_a_picture_of_its_size(page):
    page.goto("/figures/")
    page.clock.run_for(500)
    wide = page.evaluate("document.querySelector('canvas').width")

    with page.expect_download() as saved:
        page.get_by_role("button", name="chart 1: PNG").click()

    picture = saved.value.path().read_bytes()
    assert saved.value.suggested_filename == "figures-1.png"
    assert picture.startswith(b"\x89PNG") and int.from_bytes(picture[16:20], "big") == wide
    assert page.errors == []
