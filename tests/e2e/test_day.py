"""A day of work: sixty spots, a dispatcher without a mouse, an engineer with a phone."""

import logging
import re
from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from django.utils.translation import override
from playwright.sync_api import Browser, expect

from heatmaps_project.models import User
from spots.cases.models import Case
from spots.cases.wording import failure_in_words
from spots.models import Cause, Event
from spots.watching import runner, verifying
from tests.browser import several
from tests.e2e import busy_morning
from tests.e2e.busy_morning import HALF_PAST_EIGHT, HOUR, MINUTE
from tests.e2e.end_of_day import nothing_is_lost
from tests.e2e.people import LANGUAGE, QUEUE, Dispatcher, Engineer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.day]
PAGE = re.compile(r"/spot/\d+/change/")
LIST = re.compile(rf"{QUEUE}(\?.*)?$")
PICTURE = {
    "name": "mast.png",
    "mimeType": "image/png",
    "buffer": bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360f8cf500f0003820181f5a1bd300000000049454e44ae426082"
    ),
}


@pytest.fixture
def browser(live_server) -> Iterator[Browser]:
    with several() as browser:
        yield browser


@pytest.fixture
def clock():
    with time_machine.travel(HALF_PAST_EIGHT) as clock:
        yield clock


def test_a_day_of_work(clock, browser: Browser, live_server, caplog) -> None:
    busy_morning.open_the_day()
    User.objects.update(language=LANGUAGE)
    assert Case.objects.working().count() == 60
    for case in Case.objects.filter(topic=None):
        assert case.memberships.values("complaint__topic").distinct().count() > 1

    dispatcher = Dispatcher(browser, live_server.url, "dispatcher")
    routes_what_no_rule_took(dispatcher)
    keeps_a_view(dispatcher)
    merged = merges_two(dispatcher)
    part = splits_one(dispatcher)
    dismissed = dismisses_one(dispatcher)

    clock.move_to(HALF_PAST_EIGHT + HOUR)
    engineer = Engineer(browser, live_server.url, "engineer")
    three = chooses_three(engineer)
    calls_the_engineer(dispatcher, three[0])
    answers_with_a_picture(engineer, three[0])
    for place in three:
        repairs(engineer, clock, place, waits=place == three[1], late=place != three[0])

    customers_go_on(clock, three[2])
    sees_that_it_did_not_hold(engineer, three[2])
    a_day_later(clock)

    nothing_is_lost(three, merged=merged, part=part, dismissed=dismissed)
    assert dispatcher.complaints + engineer.complaints == []
    failures = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert failures == []


# The dispatcher, at half past eight


def routes_what_no_rule_took(dispatcher: Dispatcher) -> None:
    dispatcher.queue()
    dispatcher.look("the queue")
    expect(dispatcher.page.locator(".case-queues [aria-current] b")).to_have_text("60")
    in_order = Case.objects.working().order_by("-priority", "pk").values_list("pk", flat=True)
    assert dispatcher.numbers() == list(in_order[:50])
    dispatcher.keys("?")
    dispatcher.look("keys")
    dispatcher.keys("Escape")

    dispatcher.goes("n", "**/spot/?team=*")
    taken = dispatcher.numbers()
    assert len(taken) == 6
    dispatcher.keys("j", *(["x", "j"] * 6))
    dispatcher.look("chosen")
    dispatcher.keys("r")
    expect(dispatcher.page.locator("[name=team]")).to_be_focused()
    dispatcher.keys("End", "Tab", "ArrowDown")  # the last team; and a reason
    dispatcher.look("route together")
    dispatcher.keys("Control+Enter")
    expect(dispatcher.page.locator("a[autofocus]")).to_be_focused()
    dispatcher.look("routed")
    lines = dispatcher.page.locator(".queue-results tr")
    expect(lines).to_have_count(6)
    for line in lines.all():
        expect(line).to_contain_text("✓ ")
    dispatcher.goes("Enter", LIST)
    expect(dispatcher.rows()).to_have_count(0)
    assert Case.objects.filter(pk__in=taken, team__code="radio").count() == 6


def keeps_a_view(dispatcher: Dispatcher) -> None:
    dispatcher.goes("2", "**mine=me")
    mine = dispatcher.numbers()
    assert set(mine) == set(in_work_of("dispatcher")[:50])
    dispatcher.look("mine")
    dispatcher.keys("/")
    dispatcher.says("Каменка")
    dispatcher.goes("Enter", "**q=**")
    dispatcher.keys("s")
    dispatcher.says("Все Каменки")
    dispatcher.look("save a view")
    dispatcher.goes("Enter", "**q=**")
    expect(dispatcher.page.locator(".case-queues [aria-current]")).to_contain_text("Все Каменки")
    dispatcher.look("view saved")


def merges_two(dispatcher: Dispatcher) -> int:
    """Two neighbours of one fault become one spot; the number of the one that ends."""
    dispatcher.goes("2", "**mine=me")
    dispatcher.keys("j", "j")
    kept = dispatcher.here()
    dispatcher.goes("Enter", PAGE)
    dispatcher.look("a spot")
    dispatcher.goes("g", "**/regroup/")
    dispatcher.keys("m")
    assert dispatcher.focus() == "other"
    dispatcher.keys("ArrowDown", "Tab")
    other = int(dispatcher.page.input_value("[name=other]"))
    assert dispatcher.focus() == "action"
    dispatcher.look("regroup")
    dispatcher.keys("Enter")
    expect(dispatcher.page.locator("#regroup-preview [value=confirm]")).to_be_focused()
    dispatcher.look("merge preview")
    dispatcher.goes("Enter", PAGE)
    expect(dispatcher.happened().first).to_contain_text(f"№ {other}")
    dispatcher.look("merged")
    assert Case.objects.get(pk=other).merged_into_id == kept
    return other


def splits_one(dispatcher: Dispatcher) -> int:
    """Three complaints are of something else; the number of the spot that they become."""
    dispatcher.goes("j", PAGE)
    dispatcher.goes("g", "**/regroup/")
    dispatcher.keys("j", "x", "j", "x", "j", "x")
    expect(dispatcher.page.locator("[data-count=own]")).to_have_text("3")
    dispatcher.look("three of it")
    dispatcher.keys("s")
    expect(dispatcher.page.locator("#regroup-preview [value=confirm]")).to_be_focused()
    dispatcher.goes("Enter", PAGE)
    dispatcher.look("split")
    part = Case.objects.exclude(split_from=None).get()
    assert part.complaints == 3
    return part.pk


def dismisses_one(dispatcher: Dispatcher) -> int:
    dispatcher.goes("u", "**mine=me")
    dispatcher.keys(*["j"] * 6)
    number = dispatcher.here()
    dispatcher.goes("o", PAGE)
    dispatcher.keys("d", "Space", "Tab")
    dispatcher.says("Отключали свет в посёлке")
    dispatcher.look("dismiss")
    dispatcher.keys("Control+Enter")
    dispatcher.sees_state("dismissed")
    expect(dispatcher.happened().first).to_contain_text("Отключали свет в посёлке")
    dispatcher.look("dismissed")
    return number


def calls_the_engineer(dispatcher: Dispatcher, place: str) -> None:
    dispatcher.queue()
    dispatcher.keys("/")
    dispatcher.says(place)
    dispatcher.goes("Enter", "**q=**")
    dispatcher.keys("j")
    dispatcher.goes("o", PAGE)
    dispatcher.keys("c")
    dispatcher.says("@engineer")
    dispatcher.look("names offered")
    dispatcher.keys("ArrowDown", "ArrowUp", "Enter")
    dispatcher.says("звонит глава посёлка, посмотрите первым")
    dispatcher.keys("Control+Enter")
    expect(dispatcher.happened().first).to_contain_text("@engineer звонит глава")
    dispatcher.look("commented")


# The engineer, on the phone


def chooses_three(engineer: Engineer) -> list[str]:
    engineer.my_spots()
    engineer.look("my spots")
    places = engineer.page.locator("#result_list .case-place").all_inner_texts()
    return places[:3]


def answers_with_a_picture(engineer: Engineer, place: str) -> None:
    engineer.page.goto(QUEUE)
    called = engineer.page.locator(".case-queues a[href*='called']")
    expect(called.locator("b")).to_have_text("1")
    engineer.taps(called)
    engineer.page.wait_for_url("**called**")
    engineer.opens(place)
    engineer.look("called")
    engineer.page.set_input_files("#comment [type=file]", PICTURE)
    engineer.page.fill("#comment textarea", "Еду, вот вышка")
    engineer.look("picture chosen")
    engineer.taps("#comment [type=submit]")
    expect(engineer.happened().first.locator("img")).to_be_visible()
    engineer.fits()
    engineer.look("picture sent")


def repairs(engineer: Engineer, clock, place: str, *, waits: bool, late: bool) -> None:
    power = Cause.objects.get(code="power")
    engineer.my_spots()
    engineer.opens(place)
    engineer.look("to accept")
    if late:
        engineer.asks("accept")
        engineer.says_why_late("accept", "Слишком много")
        engineer.look("to accept late")
    engineer.moves("accept", "accepted")
    engineer.moves("diagnose", "diagnosing")
    if waits:
        engineer.asks("wait")
        engineer.taps("#move-wait .case-choices label:has([value=access])")
        engineer.look("to wait")
        engineer.moves("wait", "waiting")
        clock.shift(HOUR)
        engineer.moves("resume", "diagnosing")
    engineer.asks("plan")
    engineer.page.select_option("#move-plan [name=cause]", value=str(power.pk))
    engineer.taps("#move-plan .case-choices label:has([value='120'])")
    engineer.look("to plan")
    engineer.moves("plan", "fixing")
    clock.shift(HOUR / 2)
    engineer.asks("fix")
    engineer.page.fill("#move-fix textarea", "Восстановили питание")
    engineer.moves("fix", "fixed")
    engineer.look("fixed")


# The engine


def customers_go_on(clock, place: str) -> None:
    """The sweeps find that one fix did not hold, and that nobody complains of the others."""
    case = Case.objects.get(place=place)
    verifying.verify_fixes(now=case.fixed_at + MINUTE)
    assert Counter(Case.objects.watched().values_list("state", flat=True)) == {"verifying": 3}
    busy_morning.go_on_calling(place, since=case.fixed_at + 3 * HOUR)
    later = (case.fixed_at + 3 * HOUR + 10 * MINUTE).replace(microsecond=0)
    clock.move_to(later)
    runner.look_everywhere(now=later)
    assert verifying.verify_fixes(now=later) == 1


def sees_that_it_did_not_hold(engineer: Engineer, place: str) -> None:
    engineer.my_spots()
    engineer.opens(place)
    engineer.sees_state("fixing")
    engineer.look("came back")
    failed = Event.objects.get(kind="failed")
    with override(LANGUAGE):
        words = failure_in_words(failed.facts)
    expect(engineer.page.locator(".case-head .case-alarm")).to_contain_text(words)
    expect(engineer.happened().filter(has_text=words)).to_have_count(1)


def a_day_later(clock) -> None:
    tomorrow = HALF_PAST_EIGHT + 32 * HOUR
    clock.move_to(tomorrow)
    assert verifying.verify_fixes(now=tomorrow) == 2


# What is asked of the database


def in_work_of(login: str) -> list[int]:
    mine = Case.objects.working().filter(engineer__username=login)
    return list(mine.order_by("-priority", "pk").values_list("pk", flat=True))
