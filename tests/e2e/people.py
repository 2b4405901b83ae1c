"""
A dispatcher who never touches the mouse, and an engineer with a phone.

SHOTS=folder keeps a picture of every step there; LOOK=en-dark shows the day so, not ru-light.
"""

import os
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from heatmaps_project.demo.logins import PASSWORD

QUEUE = "/admin/spots/spot/"
DESK = {"viewport": {"width": 1400, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SHOTS = os.environ.get("SHOTS")
LANGUAGE, SCHEME = os.environ.get("LOOK", "ru-light").split("-")
PATIENCE_MS = 15_000
TAP_PX = 40  # the least that a thumb hits
# What sticks out of the page to the right, but for what scrolls inside a box of its own.
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Person:
    """Somebody at a screen."""

    screen: dict[str, object] = DESK

    def __init__(self, browser: Browser, url: str, login: str) -> None:
        self.login = login
        self.context: BrowserContext = browser.new_context(
            base_url=url, color_scheme=SCHEME, locale=LANGUAGE, **self.screen
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []  # of the browser's console
        self.page.on("pageerror", self._erred)
        self.page.on("console", self._heard)
        self._steps = 0
        self.page.set_default_timeout(PATIENCE_MS)
        self._sign_in()

    def _erred(self, error: object) -> None:
        self.complaints.append(f"{self.page.url}: {error.stack}")

    def _heard(self, said: object) -> None:
        if said.type == "error":
            self.complaints.append(f"{self.page.url}: {said.text}")

    def _sign_in(self) -> None:
        self.page.goto("/admin/login/")
        self.page.focus("[name=username]")  # the first page of a headless window has no focus
        for text, key in ((self.login, "Tab"), (PASSWORD, "Enter")):
            self.page.keyboard.type(text)
            self.page.keyboard.press(key)
        self.page.wait_for_url(lambda url: "login" not in url)

    def look(self, what: str) -> None:
        """Look at the page as it is now."""
        self._steps += 1
        if SHOTS:
            width = self.page.viewport_size["width"]
            name = f"{width}-{self.login}-{self._steps:02}-{what}.png"
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=Path(SHOTS) / name, full_page=True)

    def happened(self) -> Locator:
        """The story of the spot, the newest first."""
        return self.page.locator("#events .case-events > li")

    def sees_state(self, state: str) -> None:
        expect(self.page.locator(f".case-title .case-state-{state}")).to_be_visible()


class Dispatcher(Person):
    """Works by keys alone: whatever has no key is not done."""

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def says(self, text: str) -> None:
        self.page.keyboard.type(text)

    def goes(self, key: str, address: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation(url=address):
            self.keys(key)

    def queue(self) -> None:
        self.page.goto(QUEUE)

    def rows(self) -> Locator:
        return self.page.locator("#result_list .data-row")

    def numbers(self) -> list[int]:
        """The spots of the list, from the top."""
        marks = self.rows().locator("[data-spot]")
        return [int(n) for n in marks.evaluate_all("marks => marks.map(m => m.dataset.spot)")]

    def here(self) -> int:
        """The spot of the row that has the focus."""
        found = "document.activeElement.querySelector('[data-spot]').dataset.spot"
        return int(self.page.evaluate(found))

    def focus(self) -> str:
        """The name of the field or the text of the button that has the focus."""
        return self.page.evaluate(
            "document.activeElement.name || document.activeElement.textContent.trim()"
        )


class Engineer(Person):
    """Works with a thumb; each page must fit the phone."""

    screen = PHONE

    def taps(self, what: Locator | str) -> None:
        target = self.page.locator(what) if isinstance(what, str) else what
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= TAP_PX, (box, target.inner_text())
        target.tap()

    def my_spots(self) -> None:
        self.page.goto(QUEUE)
        self.fits()
        self.taps(".case-queues a[href='?mine=me']")
        self.page.wait_for_url("**mine=me")
        self.fits()

    def opens(self, place: str) -> None:
        self.page.locator("#result_list .data-row", has_text=place).locator("th a, td a").last.tap()
        self.page.wait_for_url("**/change/**")
        self.fits()

    def moves(self, name: str, becomes: str) -> None:
        """Press a move that needs nothing said, or send the form of one that does."""
        self.taps(self.page.locator(f"form[action$='/move/{name}/'] [type=submit]").last)
        self.sees_state(becomes)
        self.fits()

    def asks(self, name: str) -> None:
        """Open the form of a move."""
        self.taps(f"#move-{name} > summary")
        self.fits()

    def says_why_late(self, name: str, why: str) -> None:
        """In the open form of a move whose time is over, choose a reason by its first words."""
        reasons = self.page.locator(f"#move-{name} [name=late_reason]")
        reasons.select_option(label=reasons.locator("option", has_text=why).inner_text())

    def fits(self) -> None:
        self.page.wait_for_load_state()
        assert self.page.evaluate(SIDEWAYS) <= 0, self.page.url
