"""A person places a complaint with the keyboard alone, in a real browser."""

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.complaints.geocoding.test_transitions import make_in_review
from tests.factories import make_region, make_user

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PASSWORD = "a long password"


@pytest.fixture
def page(monkeypatch, live_server):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright runs a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS + QUIET)
        page = browser.new_page(base_url=live_server.url, locale="en-GB")
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        yield page
        browser.close()


def sign_in(page: Page):
    user = make_user("dispatcher", password=PASSWORD)
    page.goto("/admin/login/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/**")


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
