"""Everything that happened to a case, on one timeline."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from spots.cases import transitions
from spots.cases.page import story
from spots.cases.page.ledger import promises
from spots.models import Event
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_cause,
    make_event,
    make_policy,
    make_spot,
    make_team,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def request_of(rf):
    def ask(role: str = "dispatcher", **query: str):
        request = rf.get("/", query)
        request.user = make_user(role)
        return request

    return ask


def promised(spot, **minutes: int | None):
    """Have a spot's promises run since its opening, round the clock."""
    week = {str(day): [["00:00", "24:00"]] for day in range(7)}
    make_policy(working_time=make_working_time("always", week=week), name="round the clock")
    attributes = {"brand_id": spot.brand_id, "region_id": spot.region_id, "topic_id": None}
    sla.start(case_id=spot.pk, band=1, now=NOW, **attributes)


def page_of(client, spot, query: str = "") -> str:
    with time_machine.travel(NOW + 2 * HOUR):
        answer = client.get(f"/admin/spots/spot/{spot.pk}/change/{query}")
    return re.sub(r"\s+", " ", answer.content.decode())


def numbers_of(page: str) -> list[str]:
    return re.findall(r"<q>n(\d+)</q>", page)


def test_promises_that_start_together_are_one_line_with_all_their_times(request_of):
    spot = make_spot()
    promised(spot)

    with override("en"):
        (line,) = promises(request_of(), spot, None).lines

    assert (line.label, line.note, line.who) == ("SLA: started", "round the clock", "")
    assert line.details == [
        "reaction by 25 March, 14:00",
        "cause and term by 25 March, 15:00",
        "fix by 25 March, 21:00",
    ]


def test_the_ledger_says_what_was_done_what_was_missed_and_by_whom(request_of):
    spot = make_spot()
    promised(spot)
    engineer = make_user("engineer", username="petrova")
    sla.satisfy(case_id=spot.pk, target="reaction", by=engineer, now=NOW + 30 * MINUTE)
    sla.mark_breaches(now=NOW + 3 * HOUR)

    with override("en"):
        lines = promises(request_of(), spot, None).lines

    assert [(line.label, line.who) for line in lines] == [
        ("SLA: missed", ""),
        ("SLA: done", "petrova"),
        ("SLA: started", ""),
    ]
    assert lines[0].details == ["cause and term by 25 March, 15:00"]


def test_why_a_promise_stands_still_is_told_in_the_readers_language(request_of):
    spot, engineer = make_spot(state="accepted"), make_user("engineer")
    promised(spot)

    transitions.wait(case_id=spot.pk, waits_for="access", by=engineer, now=NOW + HOUR)

    with override("ru"):
        line = promises(request_of(), spot, None).lines[0]
    assert (line.kind, line.note) == ("sla-paused", "доступ на объект")


def test_events_and_promises_stand_in_the_order_in_which_they_happened(request_of):
    spot = make_spot(state="routed", team=make_team())
    make_event(spot, "opened", at=NOW - MINUTE)
    promised(spot)
    transitions.accept(case_id=spot.pk, by=make_user("engineer"), now=NOW + MINUTE)

    told = story.context_of(request_of(), spot, (story.events, promises))

    kinds = [line.kind for line in told["lines"]]
    assert kinds == ["accepted", "sla-satisfied", "sla-started", "opened"]


def test_what_happened_is_sorted_into_moves_comments_customers_and_promises(signed_in):
    spot = make_spot()
    for kind in ("opened", "grew", "routed", "commented", "answered", "noted"):
        make_event(spot, kind)
    promised(spot)

    page = page_of(signed_in(make_user("dispatcher", language="en")), spot)

    chips = re.findall(r'<input type="checkbox" value="(\w+)".*?>(\w+) <span.*?>(\d+)<', page)
    assert chips == [
        ("moves", "Moves", "3"),
        ("comments", "Comments", "1"),
        ("customers", "Customers", "2"),
        ("sla", "SLA", "1"),
    ]


def test_a_timeline_of_one_sort_has_nothing_to_choose_from(signed_in):
    spot = make_spot()
    make_event(spot, "opened")

    assert "case-chips" not in page_of(signed_in(), spot)


def test_old_lines_open_on_a_click_and_older_ones_are_on_a_page_of_their_own(signed_in):
    spot, client = make_spot(), signed_in()
    for n in range(story.MOST + 5):
        make_event(spot, "routed", at=NOW - n * MINUTE, note=f"n{n}", by=make_user())

    first = page_of(client, spot)
    link = re.search(r'href="[^"]*(\?before=[^#"]*)#events"', first)[1]
    second = page_of(client, spot, link.replace("&amp;", "&"))

    assert numbers_of(first) == [str(n) for n in range(story.MOST)]
    assert first.count('case-older"') == story.MOST - story.FIRST
    assert numbers_of(second) == [str(n) for n in range(story.MOST, story.MOST + 5)]
    assert "?before=" not in second
    assert f'href="/admin/spots/spot/{spot.pk}/change/#events"' in second


def test_what_happened_in_one_moment_is_not_torn_apart(request_of):
    spot = make_spot()
    for n in range(story.MOST - 1):
        make_event(spot, "routed", at=NOW - n * MINUTE)
    for _ in range(3):
        make_event(spot, "routed", at=NOW - HOUR * 24)

    rows, reach = story.newest(Event.objects.filter(case=spot), moment="at", before=None)
    rest, end = story.newest(Event.objects.filter(case=spot), moment="at", before=reach)

    assert (len(rows), len(rest), end) == (story.MOST - 1, 3, None)


def test_no_source_is_heard_on_what_another_has_not_told_yet(request_of):
    spot = make_spot()
    promised(spot)
    for n in range(story.MOST + 5):
        make_event(spot, "routed", at=NOW + HOUR + n * MINUTE)

    told = story.context_of(request_of(), spot, (story.events, promises))
    before = told["older"].removeprefix("?before=").replace("%3A", ":").replace("%2B", "+")
    rest = story.context_of(request_of(before=before), spot, (story.events, promises))

    assert {line.kind for line in told["lines"]} == {"routed"}
    assert [line.kind for line in rest["lines"]] == ["routed"] * 5 + ["sla-started"]


@pytest.mark.parametrize("before", ["", "soon", "2026-03-25T10:00", "2026-13-45T10:00Z", "\x00"])
def test_a_page_asked_for_in_no_words_is_the_newest(signed_in, before):
    spot = make_spot()
    make_event(spot, "routed", note="n1", by=make_user())

    page = page_of(signed_in(), spot, f"?before={before}")

    assert numbers_of(page) == ["1"]


def test_the_timeline_of_a_single_case_is_the_same(signed_in):
    single = make_spot(kind="single", outline=None, state="fixing", cause=make_cause(), eta_at=NOW)
    make_event(single, "opened")
    promised(single)

    page = signed_in().get(reverse("admin:spots_singlecase_change", args=[single.pk]))

    assert b"case-of-moves" in page.content
    assert b"case-of-sla" in page.content
