"""A running installation, and browsers that look at it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import several
from tests.e2e.installation import Installation, installed

PASSWORD = "heatmaps-demo"


@pytest.fixture(scope="module")  # its beat and workers would work on beside all other tests
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("installation")) as installation:
        yield installation


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with several() as browser:
        yield browser


@pytest.fixture
def complaints_of_browser() -> Iterator[list[str]]:
    """What the browser's console complained of: a page that is right says nothing."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def signed_in_as(
    here: Installation, chromium: Browser, complaints_of_browser: list[str]
) -> Iterator[Callable[..., Page]]:
    """Sign a member of the demo's staff in, through the login page, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def sign_in(login: str, *, width: int = 1400, height: int = 900) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="ru-RU")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: _note(complaints_of_browser, said.type, said.text))
        page.on("pageerror", lambda error: complaints_of_browser.append(str(error)))
        page.goto(f"{here.url}/admin/login/")
        page.fill("[name=username]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_url(lambda url: "login" not in url)  # each role begins on its own page
        return page

    yield sign_in
    for context in contexts:
        context.close()


def _note(complaints: list[str], kind: str, text: str) -> None:
    if kind == "error":
        complaints.append(text)
