"""A real browser on the server of the test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from heatmaps_project.models import User
from tests.factories import make_user

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PASSWORD = "a long password"
AXE = Path(__file__).parent / "smsc" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


# What htmx writes as an error when a newer question takes the place of one that is under way:
# hx-sync asks for just that. A request that fails says htmx:sendError or htmx:responseError too.
REPLACED = {"htmx:afterRequest", "htmx:sendAbort"}

expect.set_options(timeout=30_000)  # as for all else it waits for: a busy machine draws late

_running: list[tuple[Playwright, Browser]] = []


def chromium() -> Browser:
    """The browser of this process, started when first asked for: each test opens it anew inside."""
    if _running and not _running[0][1].is_connected():
        close()
    if not _running:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs a loop in this thread
        driver = sync_playwright().start()
        launched = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        _running.append((driver, launched))
    return _running[0][1]


@contextmanager
def several() -> Iterator[Browser]:
    """For whoever opens windows in it themselves, all of which are closed in the end."""
    browser = chromium()
    try:
        yield browser
    finally:
        for context in browser.contexts:
            context.close()


def _is_error(said: ConsoleMessage) -> bool:
    return said.type == "error" and said.text not in REPLACED


def close() -> None:
    while _running:
        driver, browser = _running.pop()
        browser.close()
        driver.stop()


@contextmanager
def opened(live_server: Any, **options: Any) -> Iterator[Page]:
    """
    A page of a browser; `options` are those of playwright's new_page.

    What its scripts raise is kept in `errors`, what the console calls an error in `complaints`.
    """
    page = chromium().new_page(base_url=live_server.url, **options)
    page.errors, page.complaints = [], []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: _is_error(said) and page.complaints.append(said.text))
    try:
        yield page
    finally:
        page.close()


def sign_in(page: Page, user: User | None = None) -> None:
    """Sign a member of staff in whose password is PASSWORD; None: a new dispatcher."""
    user = user or make_user("dispatcher", password=PASSWORD)
    page.goto("/admin/login/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def inaccessible(page: Page, *more: str) -> list[tuple[str, list[str]]]:
    """
    What axe-core finds on a page against WCAG 2.2 AA: each rule, and the elements that break it.

    more  other sets of its rules; the page is opened with `bypass_csp`
    """
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "rules => axe.run({runOnly: rules}).then(found => found.violations)", [*WCAG, *more]
    )
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
