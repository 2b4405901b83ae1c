"""
An evening: a spot of people in three zones is fixed at half past eight in Moscow.

Whoever is awake is told at once, the others in their morning, as the dry run said; they rate it on
the page, by text and from letters, while a manager watches; the spot comes back by rule, and one
who is alarmed is called. A real SMS centre, mail server and browser; only the clock is turned.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Browser, expect

from feedback.followups.tasks import raise_alarms
from feedback.models import Announcement, FollowUp
from feedback.notifications import tasks as notifications
from feedback.notifications.batches.forecasts import Forecast
from feedback.surveys import tasks as surveys
from heatmaps_project.models import User
from spots.cases import transitions as cases
from spots.models import Case, Event
from tests.browser import several
from tests.e2e import recount
from tests.e2e.people import LANGUAGE, PHONE, Person
from tests.e2e.raters import (
    link_in,
    rate_from_a_letter,
    rate_on_the_page,
    texts_of,
    told_by_letter,
    told_by_text,
)
from tests.e2e.three_zones import HALF_PAST_EIGHT, SCRIPT, Rater, Size, World, at, fill
from tests.gateways import Letters, Smsc, mail_server, sms_centre

pytestmark = pytest.mark.django_db(transaction=True)
AWAKE = ("Europe/Moscow", "Europe/Kaliningrad")
ASLEEP = "Asia/Yekaterinburg"
SHORT = Size(40, 12, 1, ("21:05", "06:55", "07:00"))
FULL = Size(
    *(400, 120, 9),
    (
        *("20:45", "21:05", "22:05", "23:05", "00:05", "01:05", "02:05", "03:05", "04:05"),
        *("05:05", "06:05", "06:55", "07:00", "08:05", "09:05"),
    ),
)
WITHIN_S = 20  # the board promises five seconds; the machine may have other work


@pytest.fixture
def browser(live_server) -> Iterator[Browser]:
    with several() as browser:
        yield browser


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(HALF_PAST_EIGHT) as clock:
        yield clock


@pytest.fixture
def gateways(settings, live_server) -> Iterator[tuple[Smsc, Letters]]:
    settings.PUBLIC_URL = live_server.url
    with sms_centre(settings) as smsc, mail_server(settings) as letters:
        yield smsc, letters


@pytest.mark.parametrize("size", [SHORT, pytest.param(FULL, marks=pytest.mark.evening)])
def test_an_evening(size: Size, clock, gateways, browser: Browser, live_server, caplog) -> None:
    world = fill(size)
    User.objects.update(language=LANGUAGE)
    evening = Evening(world, clock, *gateways)
    engineer = User.objects.get(username="engineer")
    cases.fix(case_id=world.spot.pk, by=engineer, now=HALF_PAST_EIGHT)
    evening.sweep()

    manager = Person(browser, live_server.url, "supervisor")
    counted = sees_what_would_be_sent(manager, world)
    approves(manager)
    evening.sweep()
    assert set(evening.told) == world.told_in(*AWAKE)
    board = Board(manager)
    awake = [one for one in world.raters if one.zone in AWAKE]
    evening.rate(awake[::2], "20:41")
    board.shows(evening.given())
    for look in size.looks:
        evening.go_to(look)
        hears_nothing_at_night(evening)
    comes_out_as_counted(evening, counted)

    morning = Person(browser, live_server.url, "supervisor")  # sessions end at night
    sees_what_was_sent(morning, counted)
    board = Board(morning)
    late = [one for one in world.raters if one not in evening.rated]
    evening.go_to("09:40")
    taps_on_a_phone(browser, late[0], evening)
    evening.rate(late[1:], "09:41")
    evening.rated.append(late[0])
    board.shows(evening.given())

    evening.go_to("09:50")
    comes_back_by_rule(evening, size)
    is_called(Caller(browser, live_server.url, "dispatcher"), size)
    figures_are_those_of_the_rows(evening, board)
    assert manager.complaints + morning.complaints == []
    failures = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert failures == []


class Caller(Person):
    """Calls unhappy customers, with the queue on a phone."""

    screen = PHONE


class Evening:
    """The sweeps as beat runs them, at the moments of a clock; who heard when, and who answered."""

    def __init__(self, world: World, clock, smsc: Smsc, letters: Letters) -> None:
        self.world, self.clock, self.smsc, self.letters = world, clock, smsc, letters
        self.told: dict[str, datetime] = {}
        self.rated: list[Rater] = []

    def go_to(self, clock: str) -> None:
        self.clock.move_to(at(clock))
        self.sweep()

    def sweep(self) -> None:
        notifications.plan_messages()
        notifications.count_batches()
        notifications.ask_customers()
        notifications.send_messages()
        surveys.find_customers()
        surveys.tell_cases()
        raise_alarms()
        surveys.reopen_unhappy()
        now = timezone.now()
        for address in [to for to, text in told_by_text(self.smsc) if "/r/" in text]:
            self.told.setdefault(address, now)
        for address, _letter in told_by_letter(self.letters):
            self.told.setdefault(address, now)

    def rate(self, raters: Sequence[Rater], clock: str) -> None:
        self.clock.move_to(at(clock))
        texts, letters = dict(reversed(told_by_text(self.smsc))), dict(told_by_letter(self.letters))
        for one in raters:
            if one.way == "page":
                rate_on_the_page(one, link_in(texts[one.address]))
            elif one.way == "letter":
                rate_from_a_letter(one, letters[one.address])
        by_text = [one for one in raters if one.way == "text"]
        for question in (1, 2, 3):
            self.hear(texts_of(by_text, question))
        self.rated += raters

    def hear(self, texts: list[dict[str, str]]) -> None:
        """Let customers write, until each text was taken from the SMS centre."""
        wanted = len(self.smsc.saw("heard")) + len(texts)
        self.smsc.behave(write=texts)
        for _try in range(10):
            self.sweep()
            if len(self.smsc.saw("heard")) >= wanted:
                return
        raise AssertionError("the SMS centre could not deliver what customers wrote")

    def given(self) -> recount.Figures:
        """Return what the board is to show, from what customers did."""
        done = [one for one in self.rated if one.nps is not None]
        return recount.figures(
            nps=[one.nps for one in done],
            csat=[one.csat for one in self.rated],
            completed=len(done),
            begun=len(self.rated),
            reached=len(self.told),
        )


class Board:
    """The live board, opened once and never loaded anew."""

    def __init__(self, manager: Person) -> None:
        self._manager, self._page = manager, manager.page
        self._page.goto("/board/?days=7&by=day")
        self._page.evaluate("window.watched = true")
        manager.look("board before")

    def shows(self, expected: recount.Figures) -> None:
        """Wait until the figures are these."""
        until = time_machine.escape_hatch.time.time() + WITHIN_S
        while (seen := self.read()) != expected:
            assert time_machine.escape_hatch.time.time() < until, (seen, expected)
            self._page.wait_for_timeout(200)
        assert self._page.evaluate("window.watched")
        self._manager.look("board after")

    def read(self) -> recount.Figures | None:
        cards = self._page.locator(".figures-numbers .figures-card").all_inner_texts()
        nps, csat, _weighted, response, _not_asked = (_numbers(card) for card in cards)
        if len(response) < 4:
            return None
        return recount.Figures(*_figure(nps), *_figure(csat), *response[:4])

    def answers_by_day(self) -> list[int]:
        cells = self._page.locator(".figures-wide table tbody td:nth-of-type(3)")
        return [int(one) for one in cells.all_inner_texts()]


def _numbers(card: str) -> list[int]:
    return [int(one) for one in re.findall(r"-?\d+", card.replace("\u2212", "-"))]


def _figure(numbers: list[int]) -> tuple[int | None, int]:
    """Return a score and of how many answers; of few there is no score."""
    return (numbers[0], numbers[3]) if len(numbers) > 3 else (None, numbers[0])


# The dry run, and what came of it


def sees_what_would_be_sent(manager: Person, world: World) -> Forecast:
    batch = Announcement.objects.get(reason="fixed")
    counted = Forecast.of(batch.forecast)
    assert batch.state == "waiting"
    assert counted.at_once == len(world.told_in(*AWAKE))
    assert counted.mornings == {f"2026-03-26T04:00Z {ASLEEP}": len(world.told_in(ASLEEP))}
    assert counted.opted_out == sum(one.refuses for one in world.people)
    assert counted.silent == sum(not one.address for one in world.people)
    manager.page.goto(f"/admin/feedback/announcement/{batch.pk}/change/")
    lines = manager.page.locator(".batch-lines").first
    for count in (counted.at_once, counted.held, counted.opted_out, counted.silent):
        expect(lines).to_contain_text(f": {count}")
    manager.look("dry run")
    return counted


def approves(manager: Person) -> None:
    manager.page.click("form[action$='/approve/now/'] [type=submit]")
    expect(manager.page.locator(".batch-going")).to_be_visible()
    manager.look("approved")


def hears_nothing_at_night(evening: Evening) -> None:
    zone_of = {one.address: one.zone for one in evening.world.people}
    for address, when in evening.told.items():
        local = when.astimezone(ZoneInfo(zone_of[address]))
        assert 9 <= local.hour < 21, (zone_of[address], local)


def comes_out_as_counted(evening: Evening, counted: Forecast) -> None:
    heard = Counter(f"{when:%d %H}" for when in evening.told.values())  # UTC
    tonight, morning = "25 17", "26 04"
    assert heard == {tonight: counted.at_once, morning: counted.held}
    assert set(evening.told) == evening.world.told_in(*AWAKE, ASLEEP)
    texts = Counter(to for to, text in told_by_text(evening.smsc) if "/r/" in text)
    letters = Counter(to for to, _letter in told_by_letter(evening.letters))
    assert {*texts.values(), *letters.values()} == {1}
    assert not texts.keys() & letters.keys()


def sees_what_was_sent(manager: Person, counted: Forecast) -> None:
    batch = Announcement.objects.get(reason="fixed")
    manager.page.goto(f"/admin/feedback/announcement/{batch.pk}/change/")
    expect(manager.page.locator(".batch-done")).to_be_visible()
    by_the_hour = manager.page.locator("h4 + .batch-lines li")
    assert [_numbers(one)[-1] for one in by_the_hour.all_inner_texts()] == [
        counted.at_once,
        counted.held,
    ]
    manager.look("sent")


def taps_on_a_phone(browser: Browser, rater: Rater, evening: Evening) -> None:
    """One customer answers in a browser on a phone."""
    texts = dict(reversed(told_by_text(evening.smsc)))
    letters = dict(told_by_letter(evening.letters))
    if rater.way == "letter":
        link = link_in(letters[rater.address].get_body(("plain",)).get_content())
    else:
        link = link_in(texts[rater.address])
    context = browser.new_context(locale=LANGUAGE, **PHONE)
    page = context.new_page()
    page.goto(link)
    page.tap(f"button[name=score][value='{rater.csat}']")
    if rater.nps is not None:
        page.tap(f"button[name=score][value='{rater.nps}']")
        if rater.words:
            page.fill("[name=words]", rater.words)
            page.tap("button.send")
        else:
            page.tap("button[name=pass]")
        expect(page.locator("[name=question]")).to_have_count(0)
    context.close()


# What follows from it


def comes_back_by_rule(evening: Evening, size: Size) -> None:
    assert Case.objects.get(pk=evening.world.spot.pk).state == "reopened"
    facts = Event.objects.get(case=evening.world.spot, kind="reopened").facts
    assert (facts["because"], facts["unhappy"]) == ("answers", size.alarmed)
    assert facts["answered"] == size.raters
    said = Announcement.objects.get(reason="reopened")
    assert said.state == "waiting"  # more than one person may send to
    assert Forecast.of(said.forecast).messages == len(evening.told)


def is_called(caller: Person, size: Size) -> None:
    """A follow-up is worked to its end: taken, not reached once, then talked to and closed."""
    assert FollowUp.objects.count() == size.alarmed
    caller.page.goto("/admin/feedback/followup/")
    caller.look("follow-ups")
    rows = caller.page.locator("#result_list tbody tr")
    expect(rows).to_have_count(size.alarmed)
    rows.first.locator("th a, td a").first.click()
    caller.page.wait_for_url("**/followup/*/change/")
    expect(caller.page.locator(".followup-box .said").first).to_have_text(SCRIPT)
    caller.look("to call")
    does(caller, "take")
    does(caller, "miss", note="Не берёт трубку")
    caller.page.select_option("[name=outcome]", "saved")
    does(caller, "close", note="Извинились, ждёт ремонта сегодня")
    caller.look("called")
    worked = FollowUp.objects.exclude(closed_at=None).get()
    assert (worked.outcome, worked.owner.username) == ("saved", "dispatcher")
    kinds = list(worked.steps.order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == ["take", "miss", "close"]
    assert caller.complaints == []


def does(caller: Person, move: str, *, note: str = "") -> None:
    caller.page.fill("#followup-note", note)
    with caller.page.expect_navigation():
        caller.page.click(f"[formaction$='/move/{move}/']")


def figures_are_those_of_the_rows(evening: Evening, board: Board) -> None:
    by_hand = recount.from_rows()
    assert by_hand == evening.given()
    board.shows(by_hand)
    assert board.answers_by_day() == recount.answers_by_day("Europe/Moscow")
