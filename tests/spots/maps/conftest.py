"""What every test of the map has at hand."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from playwright.sync_api import Page, sync_playwright

from tests.complaints.geocoding.test_place_page import FLAGS, QUIET


@pytest.fixture(autouse=True)
def _no_tile_of_another_test() -> None:
    # A test's rows go by a rollback, which no version counts.
    caches["tiles"].clear()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, live_server) -> Iterator[Page]:
    """A browser's page that has said nothing wrong when the test ends."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright runs a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS + QUIET)
        page = browser.new_page(
            base_url=live_server.url, locale="en-GB", viewport={"width": 1400, "height": 900}
        )
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
        yield page
        browser.close()
    assert said == []
