"""A person places a complaint with the keyboard alone, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser import opened, sign_in
from tests.complaints.geocoding.test_transitions import make_in_review
from tests.factories import make_region


@pytest.fixture
def page(live_server):
    with opened(live_server, locale="en-GB") as page:
        yield page


@pytest.mark.django_db(transaction=True)
def test_a_complaint_is_placed_without_a_mouse_and_the_next_one_on_the_map(page, registry):
    make_region()
    first = make_in_review("Москва, ул. Садовая 2")
    second = make_in_review("Москва, у почты")
    sign_in(page)

    page.goto(f"/admin/complaints/unplacedcomplaint/{first.pk}/change/")
    expect(page.locator("#place-save")).to_be_disabled()
    page.locator("#place-found button").first.focus()
    page.keyboard.press("Enter")
    page.locator("#place-save").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{second.pk}/change/")
    page.locator("#place-map").click(position={"x": 200, "y": 200})
    page.locator("[name=precision][value=locality]").check()
    page.locator("#place-save").click()
    page.wait_for_url("**/unplacedcomplaint/")

    for complaint in (first, second):
        complaint.refresh_from_db()
    assert (first.placing, first.precision) == ("placed", "house")
    assert first.point.distance(second.point) > 0
    assert (second.placing, second.precision) == ("placed", "locality")
    assert page.errors == []
