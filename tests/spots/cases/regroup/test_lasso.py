"""A dispatcher splits a spot with a loop round some of its complaints, in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from spots.cases import transitions
from spots.models import Case
from tests.browser import opened, sign_in
from tests.factories import make_spot, make_user
from tests.spots.cases.transitions.test_several import make_row, members

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(live_server):
    with opened(live_server, locale="en-GB", viewport={"width": 1400, "height": 1000}) as page:
        yield page


@pytest.fixture
def spot() -> Case:
    """Three complaints here and two some 600 m east."""
    spot = make_spot(place="Station Road", state="routed")
    ids = make_row() + make_row(2, east=0.01)
    transitions.attach_several(
        case_id=spot.pk, complaint_ids=ids, by=make_user(), now=timezone.now()
    )
    return spot


def loop(page: Page, *corners: tuple[float, float]) -> None:
    """Draw through corners that are shares of the map's width and height."""
    box = page.locator(".regroup-map").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def test_a_loop_round_some_complaints_splits_them_off(page, spot):
    sign_in(page)
    page.goto(f"/admin/spots/spot/{spot.pk}/regroup/")
    expect(page.locator("[value=split]")).to_be_disabled()

    loop(page, (0.55, 0.05), (0.98, 0.05), (0.98, 0.8), (0.55, 0.8))
    expect(page.locator("[data-count=own]")).to_have_text("2")
    page.locator("[value=split]").click()
    expect(page.locator("#regroup-preview")).to_be_visible()
    assert Case.objects.count() == 1
    page.locator("[value=confirm]").click()
    page.wait_for_url("**/change/**")

    part = Case.objects.get(split_from=spot)
    assert (len(members(spot)), len(members(part))) == (3, 2)
    assert page.errors == []


def test_a_rectangle_takes_away_and_the_list_chooses_without_a_map(page, spot):
    sign_in(page)
    page.goto(f"/admin/spots/spot/{spot.pk}/regroup/")

    page.locator("[data-tool=box]").click()
    loop(page, (0.85, 0.02), (0.02, 0.85))
    expect(page.locator("[data-count=own]")).to_have_text("5")
    page.locator("#regroup-less").check()
    loop(page, (0.5, 0.02), (0.02, 0.85))
    expect(page.locator("[data-count=own]")).to_have_text("2")
    page.locator("#regroup-clear").click()
    page.locator(".regroup-list input").first.focus()
    page.keyboard.press("Space")

    expect(page.locator("[data-count=own]")).to_have_text("1")
    expect(page.locator("[value=detach]")).to_be_enabled()
    assert page.errors == []
