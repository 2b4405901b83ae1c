"""What every test of the map has at hand."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from playwright.sync_api import Page

from tests.browser import opened


@pytest.fixture(autouse=True)
def _nothing_kept_of_another_test() -> Iterator[None]:
    # A test's rows go by a rollback, which no version counts.
    _forget()
    yield
    _forget()


def _forget() -> None:
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def page(live_server) -> Iterator[Page]:
    """A browser's page that has said nothing wrong when the test ends."""
    viewport = {"width": 1400, "height": 900}
    with opened(live_server, locale="en-GB", viewport=viewport) as page:
        yield page
    assert page.errors + page.complaints == []
