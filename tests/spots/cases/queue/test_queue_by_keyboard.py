"""The queue without a mouse, in a real browser, while others work in it, too."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from spots.cases import transitions
from tests.browser import PASSWORD, opened, sign_in
from tests.factories import make_event, make_spot, make_team, make_user

QUEUE = "/admin/spots/spot/"


@pytest.fixture
def page(live_server):
    with opened(live_server, viewport={"width": 1400, "height": 900}) as page:
        yield page


def number_under_focus(page):
    return page.evaluate("document.activeElement.querySelector('[data-spot]')?.dataset.spot")


@pytest.mark.django_db(transaction=True)
def test_a_spot_is_chosen_accepted_and_opened_and_the_place_is_kept(page):
    me = make_user("engineer", password=PASSWORD, language="en")
    team = make_team(members=(me,))
    first, second, third = (
        make_spot(state="routed", team=team, priority=priority) for priority in (90, 80, 70)
    )
    sign_in(page, me)
    page.goto(QUEUE)
    row = page.locator("#result_list .data-row")

    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    assert number_under_focus(page) == str(second.pk)
    transitions.accept(case_id=third.pk, by=me, now=timezone.now())
    make_event(make_spot(priority=99), "opened", at=timezone.now())
    page.keyboard.press("a")

    expect(row.nth(1)).to_contain_text("accepted")
    expect(row.nth(2)).to_contain_text("accepted")
    expect(row).to_have_count(3)
    expect(page.locator(".queue-news")).to_contain_text("1 new spot")
    expect(row.nth(1).locator("input.action-select")).to_be_checked()
    assert number_under_focus(page) == str(second.pk)

    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{second.pk}/change/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/{first.pk}/change/")
    page.keyboard.press("a")
    expect(page.locator(".case-title .case-state")).to_have_text("accepted")
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "text"
    assert page.errors == []


@pytest.mark.django_db(transaction=True)
def test_a_move_for_the_chosen_spots_is_left_by_escape_and_leads_back_to_the_row(page):
    team = make_team()
    spots = [make_spot(state="routed", team=team, priority=priority) for priority in (90, 80)]
    sign_in(page, make_user("dispatcher", password=PASSWORD))

    for key in ("j", "j", "r"):
        page.keyboard.press(key)
    expect(page.locator("[name=team]")).to_be_focused()
    page.keyboard.press("Escape")

    row = page.locator("#result_list .data-row", has=page.locator(f"[data-spot='{spots[1].pk}']"))
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/**")
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    expect(page.locator("#move-dismiss")).not_to_have_attribute("open", "")
    page.keyboard.press("u")
    page.wait_for_url(lambda url: url.endswith(QUEUE))
    assert page.errors == []
