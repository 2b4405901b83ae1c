"""The figures, counted over rows that were written for it. NOW is 13:00 in Moscow."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from complaints.customers.walls import NO_WALLS, Walls
from heatmaps_project.supervision import figures
from heatmaps_project.supervision.flow import daily, flow
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from spots.models import Clock, Event
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_message,
    make_policy,
    make_region,
    make_spot,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE = reverse("figures")


def scope(**fields):
    row = {"walls": NO_WALLS, "now": NOW, "zone": ZoneInfo("Europe/Moscow"), "days": 30, **fields}
    return Scope(**row)


def lived(opened, *events, **fields):
    """A spot with an event of opening, and others (kind, at)."""
    spot = make_spot(**{"state": "routed", **fields})
    for kind, at in (("opened", opened), *events):
        Event.objects.create(case=spot, kind=kind, at=at)
    return spot


def make_clock(spot, target="fix", *, due_at, **fields):
    return Clock.objects.create(
        case=spot,
        target=target,
        policy=make_policy(order=Clock.objects.count() + 1),
        minutes=60,
        started_at=due_at - HOUR,
        due_at=due_at,
        **fields,
    )


def test_spots_are_counted_by_state_and_band():
    make_spot(band=1)
    make_spot(band=1, state="routed")
    make_spot(band=4, state="routed")
    make_fixed_spot(band=3)
    lived(NOW, state="closed")

    rows = {row.label: (row.bands, row.total) for row in figures.work_now(scope())}

    assert list(rows.values()) == [
        ((1, 0, 0, 0), 1),
        ((1, 0, 0, 1), 2),
        *[((0, 0, 0, 0), 0)] * 5,
        ((0, 0, 1, 0), 1),
        ((0, 0, 0, 0), 0),
    ]


def test_opened_and_fixed_count_a_spot_once_and_whole_days_of_the_reader():
    midnight = NOW - 13 * HOUR
    lived(midnight)  # Moscow's midnight: today
    lived(midnight - timedelta.resolution)
    lived(midnight - 6 * DAY)
    lived(midnight - 6 * DAY - timedelta.resolution)
    lived(midnight - 40 * DAY, ("fixed", NOW - 2 * DAY), ("reopened", NOW - DAY), ("fixed", NOW))
    lived(NOW + HOUR)  # not yet

    found = flow(scope(days=7))

    assert (found.opened, found.fixed) == ({7: 3, 30: 4}, {7: 1, 30: 1})
    days = daily(scope(days=7))
    assert days.opened == [1, 0, 0, 0, 0, 1, 1]
    assert days.fixed == [0, 0, 0, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("events", "counts"),
    [
        pytest.param([], Share(0, 1), id="never fixed"),
        pytest.param([("fixed", 24)], Share(1, 1), id="after exactly a day"),
        pytest.param([("fixed", 25)], Share(0, 1), id="after more than a day"),
        pytest.param([("fixed", 2), ("reopened", 74)], Share(0, 1), id="came back in 72 hours"),
        pytest.param([("fixed", 2), ("failed", 10)], Share(0, 1), id="the fix did not hold"),
        pytest.param([("fixed", 2), ("reopened", 75)], Share(1, 1), id="came back later"),
        pytest.param(
            [("fixed", 2), ("reopened", 3), ("fixed", 4)], Share(0, 1), id="the first fix counts"
        ),
    ],
)
def test_fixed_within_a_day(events, counts):
    opened = NOW - 10 * DAY
    lived(opened, *((kind, opened + hours * HOUR) for kind, hours in events))

    assert flow(scope()).in_a_day == counts


def test_fixed_within_a_day_is_of_spots_older_than_a_day_and_not_merged():
    lived(NOW - DAY + HOUR, ("fixed", NOW))
    lived(NOW - 31 * DAY)
    survivor = lived(NOW - 2 * DAY)
    lived(NOW - 2 * DAY, state="merged", merged_into=survivor)

    assert flow(scope()).in_a_day == Share(0, 1)


def test_a_promise_is_at_risk_for_two_hours_and_then_missed_until_it_is_done():
    spot = lived(NOW)
    for target, due_at in (("reaction", NOW - HOUR), ("eta", NOW + HOUR), ("fix", NOW + 3 * HOUR)):
        make_clock(spot, target, due_at=due_at)
    make_clock(lived(NOW), due_at=NOW - HOUR, satisfied_at=NOW - 2 * HOUR)
    make_clock(lived(NOW), due_at=NOW - HOUR, stopped_at=NOW - 2 * HOUR)

    found = figures.promises(scope())

    assert (found.missed, found.at_risk) == (1, 1)
    assert [clock.target for clock in found.soonest] == ["reaction", "eta"]


def test_promises_kept_are_of_those_that_fell_due():
    radio = make_team("radio")
    spots = [lived(NOW, team=radio) for _ in range(6)]
    due = NOW - DAY
    make_clock(spots[0], due_at=due, satisfied_at=due)
    make_clock(spots[1], due_at=due, satisfied_at=due + HOUR, breached_at=due)
    make_clock(spots[2], due_at=due, breached_at=due)  # missed and open
    make_clock(spots[3], due_at=due, stopped_at=due - HOUR)  # no longer needed
    make_clock(spots[4], due_at=NOW + HOUR, satisfied_at=NOW)  # not due yet
    make_clock(spots[5], "reaction", due_at=due)  # missed, and no sweep has been by

    shares = figures.kept(scope())

    assert shares == {(radio.pk, "fix"): Share(1, 3), (radio.pk, "reaction"): Share(0, 1)}
    assert [share for _, share in figures.kept_by_target(shares)] == [
        Share(0, 1),
        Share(0, 0),
        Share(1, 3),
    ]


def test_customers_told_are_distinct_and_answers_are_theirs():
    customer = make_customer()
    for _ in range(2):
        spot = make_fixed_spot(customer)
        invitation = make_invitation(case=spot, customer=customer)
        make_message(
            case=spot,
            customer=customer,
            invitation=invitation,
            state="handed_over",
            handed_over_at=NOW,
        )
    make_answer(4, invitation=invitation)
    make_answer(2)

    told = figures.told(scope())

    assert (told.customers, told.answered) == (1, Share(1, 1))
    assert (told.ratings, told.mean, told.satisfied) == (2, 3.0, Share(1, 2))


def test_a_team_has_its_own_row_and_so_have_spots_of_none():
    radio, core = make_team("radio"), make_team("core")
    make_team("idle")
    spot = lived(NOW - DAY, team=radio)
    make_clock(spot, due_at=NOW - HOUR, breached_at=NOW - HOUR)
    lived(NOW - 2 * DAY, ("fixed", NOW - DAY), team=core, state="closed")
    lived(NOW, state="detected")

    rows = figures.teams(scope(), figures.kept(scope()), flow(scope()).of_team)

    assert [(row.name, row.open, row.missed, row.opened, row.fixed, row.kept) for row in rows] == [
        ("Core", 0, 0, 1, 1, Share(0, 0)),
        ("Radio", 1, 1, 1, 0, Share(0, 1)),
        (None, 1, 0, 1, 0, Share(0, 0)),
    ]


@pytest.mark.parametrize("wall", ["brand", "region", "team"])
def test_nothing_of_behind_a_wall_or_filter_is_counted(wall):
    make_brand(), make_region()
    foreign = {
        "brand": {"brand": make_brand("other")},
        "region": {"region": make_region("far", lon=60.0)},
        "team": {"team": make_team("core")},
    }[wall]
    spot = lived(NOW - 2 * DAY, ("fixed", NOW - DAY), state="fixed", fixed_at=NOW, **foreign)
    make_clock(spot, due_at=NOW - HOUR, breached_at=NOW - HOUR)
    fixed = make_fixed_spot(make_customer(), **foreign)
    invitation = make_invitation(case=fixed)
    make_message(
        case=fixed,
        invitation=invitation,
        customer=invitation.customer,
        state="handed_over",
        handed_over_at=NOW,
    )
    make_answer(invitation=invitation)
    here = Walls(brands=frozenset({make_brand().pk}), regions=frozenset({make_region().pk}))
    mine = scope(walls=here, team=make_team("radio").pk if wall == "team" else None)

    assert sum(row.total for row in figures.work_now(mine)) == 0
    assert figures.promises(mine).missed == 0
    assert flow(mine).opened == {7: 0, 30: 0}
    assert flow(mine).in_a_day.whole == 0
    assert figures.kept(mine) == {}
    assert figures.told(mine) == figures.Told(0, Share(0, 0), 0, None, Share(0, 0))
    assert figures.teams(mine, {}, flow(mine).of_team) == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_shows_it_all_in_both_languages(signed_in, language):
    reader = make_user("supervisor", language=language)
    spot = make_fixed_spot(make_customer(), team=make_team())
    make_answer(5)
    late = lived(NOW, complaints=[make_complaint()])
    make_clock(late, due_at=NOW - HOUR)

    with time_machine.travel(NOW, tick=False):
        page = signed_in(reader).get(PAGE, {"days": "7", "team": "", "region": ""})

    assert page.status_code == 200
    assert reverse("admin:spots_spot_change", args=[late.pk]) in page.content.decode()
    assert spot.team.name in page.content.decode()


@pytest.mark.parametrize("query", ["days=8", "days=x", "team=999999", "region=999999", "region=x"])
def test_an_address_that_asks_for_what_is_not_there_is_not_found(signed_in, query):
    assert signed_in("supervisor").get(f"{PAGE}?{query}").status_code == 404


def test_a_region_behind_the_wall_is_not_there(signed_in):
    far = make_region("far", lon=60.0)

    assert signed_in("supervisor").get(PAGE, {"region": far.pk}).status_code == 404
    assert signed_in("administrator").get(PAGE, {"region": far.pk}).status_code == 200


def test_the_page_asks_as_often_for_many_spots_as_for_few(
    signed_in, django_assert_num_queries, django_assert_max_num_queries
):
    browser = signed_in("supervisor")

    def fill(count):
        for number in range(count):
            spot = lived(NOW - DAY, ("fixed", NOW), team=make_team(f"team{number}"))
            make_clock(spot, due_at=NOW - HOUR)
            make_answer(invitation=make_invitation())

    fill(1)
    with time_machine.travel(NOW, tick=False):
        browser.get(PAGE)
        with django_assert_max_num_queries(30) as few:
            browser.get(PAGE)
        fill(5)
        with django_assert_num_queries(len(few)):
            browser.get(PAGE)
