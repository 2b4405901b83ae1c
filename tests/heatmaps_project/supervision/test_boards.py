"""The boards: what they count, what is behind each number, and who is let see it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.customers.walls import NO_WALLS
from feedback.surveys.scores import Csat
from heatmaps_project.accounts.units.reading import tree
from heatmaps_project.models import Unit
from heatmaps_project.supervision.boards import managing, morning, quality, wall
from heatmaps_project.supervision.boards.definitions import Judged, judged
from heatmaps_project.supervision.boards.managing import Tally
from heatmaps_project.supervision.boards.rows import rows
from heatmaps_project.supervision.flow import flow
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from spots.models import Clock, Event, Membership, Team
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_policy,
    make_region,
    make_spot,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOARDS = ("wall", "wall-numbers", "morning", "manager", "quality")


@pytest.fixture(name="at_now", autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def scope(**fields):
    row = {"walls": NO_WALLS, "now": NOW, "zone": ZoneInfo("Europe/Moscow"), "days": 30, **fields}
    return Scope(**row)


def lived(opened, *events, **fields):
    """A spot with an event of opening, and others (kind, at)."""
    spot = make_spot(**{"state": "routed", "opened_at": opened, **fields})
    for kind, at in (("opened", opened), *events):
        Event.objects.create(case=spot, kind=kind, at=at)
    return spot


def make_clock(spot, *, due_at, **fields):
    order = Clock.objects.count() + 1
    return Clock.objects.create(
        case=spot,
        target="fix",
        policy=make_policy(order=order),
        minutes=60,
        started_at=due_at - HOUR,
        due_at=due_at,
        **fields,
    )


def test_complaints_are_solved_through_the_spot_they_were_in_then():
    through, taken_out, single, none = (make_complaint(resolved_at=NOW - HOUR) for _ in range(4))
    spot = make_spot(complaints=[through, taken_out], state="closed")
    Membership.objects.filter(case=spot).update(since=NOW - DAY)
    Membership.objects.filter(complaint=taken_out).update(until=NOW - 2 * HOUR)
    make_spot(kind="single", outline=None, complaints=[single], state="closed")
    make_complaint(resolved_at=NOW - 40 * DAY)

    assert wall.through_spots(scope()) == Share(1, 4)
    assert none.resolved_at


def test_the_rows_behind_a_number_add_up_to_it():
    opened = NOW - 5 * DAY
    lived(opened, ("fixed", opened + HOUR))
    lived(opened, ("fixed", opened + HOUR), ("reopened", opened + DAY))
    lived(opened, ("fixed", opened + 2 * DAY))
    lived(NOW - HOUR)
    late = make_clock(lived(opened), due_at=NOW - HOUR)
    make_answer(5, invitation=make_invitation(case=late.case), at=NOW - HOUR)
    for number in wall.numbers(scope()):
        code = number.definition.code
        if code == "kept":
            continue
        behind = rows(code, scope())

        if number.share is None:
            assert len(behind) == number.count, code
        else:
            found = Share(sum(row.counts for row in behind), len(behind))
            assert found == number.share, code
    assert flow(scope()).in_a_day == Share(1, 4)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (Share(0, 0), Judged.NONE),
        (Share(5, 10), Judged.OPEN),
        (Share(90, 100), Judged.MET),
        (Share(10, 100), Judged.MISSED),
    ],
)
def test_a_target_is_met_or_missed_only_where_the_interval_proves_it(share, verdict):
    assert judged(share, 40) == verdict


def test_at_risk_lists_a_spot_once_with_its_first_promise():
    one, other = make_spot(), make_spot()
    first = make_clock(one, due_at=NOW - HOUR)
    Clock.objects.create(
        case=one,
        target="reaction",
        policy=first.policy,
        minutes=60,
        started_at=NOW,
        due_at=NOW + HOUR,
    )
    make_clock(other, due_at=NOW + 9 * HOUR)

    found = morning.at_risk(scope(), timedelta(hours=8))

    assert [(row.clock.pk, row.urgency) for row in found] == [(first.pk, "late")]


def test_a_queue_has_waited_since_its_spots_came_into_their_state():
    team = make_team()
    for hours in (1, 3, 30):
        spot = make_spot(state="routed", team=team, opened_at=NOW - 60 * DAY)
        Event.objects.create(case=spot, kind="routed", became="routed", at=NOW - hours * HOUR)
    make_spot(state="closed", team=team)

    (queue,) = morning.queues(scope())

    assert (queue.team, queue.ages.n, queue.median_hours, queue.long) == (team.name, 3, 3, 1)
    assert queue.oldest == 30 * HOUR


def six_levels():
    """A chain of six units; two teams under the lowest, one of them under the third, too."""
    units = []
    for level in range(6):
        parent = units[-1] if units else None
        units.append(Unit.objects.create(name=f"level {level}", parent=parent))
    near, far, nobodys = make_team("near"), make_team("far"), make_team("nobodys")
    units[5].teams.set([near, far])
    units[2].teams.set([near])
    for team in (near, near, far, nobodys):
        lived(NOW - 2 * DAY, ("fixed", NOW - 2 * DAY + HOUR), team=team)
    return units


def test_a_manager_goes_down_six_levels_and_each_counts_a_team_once():
    units = six_levels()
    tallied, names = managing.tallies(scope()), managing.team_names()

    found = [managing.managed(tree(), unit.pk, tallied, names) for unit in units]
    top = managing.managed(tree(), None, tallied, names)

    assert [one.whole.opened for one in found] == [3] * 6
    assert [len(one.path) for one in found] == [1, 2, 3, 4, 5, 6]
    assert top.depth == 6
    assert top.whole.opened == 4
    assert [line.name for line in top.lines] == ["level 0", "Nobodys"]
    assert {line.name: line.tally.opened for line in found[5].lines} == {"Far": 1, "Near": 2}
    assert found[5].whole.in_a_day == Share(3, 3)


def test_what_customers_say_is_counted_in_the_unit_that_served_them_and_in_all_above_it():
    units = six_levels()
    far = Team.objects.get(name="Far")
    agent = make_user("agent")
    far.members.add(agent)
    case = make_fixed_spot(make_customer(), team=far)
    make_answer(2, invitation=make_invitation(case=case, customer=make_customer()))
    touched = make_invitation(customer=make_customer(), team=None, agent=agent)
    make_answer(5, invitation=touched)
    make_answer(1, invitation=make_invitation(customer=make_customer(segment="employee")))

    tallied, names = managing.tallies(scope()), managing.team_names()

    found = [managing.managed(tree(), unit.pk, tallied, names).whole for unit in units]
    assert [one.csat for one in found] == [Csat(1, 2)] * 6


def test_tallies_add_up():
    one = Tally(1, 2, 3, 4, Share(1, 2), Share(0, 1))

    assert one + one == Tally(2, 4, 6, 8, Share(2, 4), Share(0, 2))
    assert one + Tally() == one


def test_detection_is_judged_by_false_spots_lead_and_late_complaints():
    opened = NOW - 2 * DAY
    seen, later = make_customer(), make_customer()
    told = [
        make_complaint(customer=seen, received_at=opened - HOUR),
        make_complaint(customer=seen, received_at=opened + HOUR),
        make_complaint(customer=later, received_at=opened + HOUR),
    ]
    make_spot(complaints=told, opened_at=opened, started_at=opened - 2 * HOUR)
    ended = {"opened_at": opened, "started_at": opened - HOUR, "ended_at": NOW - HOUR}
    make_spot(state="dismissed", dismissed_for="not_network", **ended)
    make_spot(state="dismissed", dismissed_for="announced", **ended)
    make_spot(state="closed", topic=make_topic("slow", name_ru="Медленно"), **ended)

    found = quality.quality(scope())

    assert found.false == Share(1, 3)
    assert found.afterwards == Share(1, 2)
    assert (found.lead.n, found.lead.median) == (4, HOUR)
    assert sum((share for _week, share in found.weeks), Share(0, 0)) == Share(1, 3)
    assert sorted(row.opened for row in found.topics) == [1, 3]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("board", BOARDS)
def test_a_board_is_drawn_with_nothing_and_with_much_and_asks_no_more(signed_in, board, language):
    client = signed_in(make_user("supervisor", language=language))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(board), {"days": 30}).status_code == 200
        return len(queries)

    asked()
    six_levels()
    make_clock(lived(NOW - 3 * DAY), due_at=NOW - HOUR)
    few = asked()
    for number in range(5):
        team = make_team(f"more-{number}")
        make_clock(lived(NOW - 3 * DAY, team=team), due_at=NOW + HOUR)
    assert asked() == few


def test_the_rows_are_there_for_whoever_may_see_them(signed_in):
    make_clock(lived(NOW - 3 * DAY, place="here"), due_at=NOW - HOUR)
    planner = signed_in("planner")

    assert "here" in planner.get(reverse("wall-rows", args=["missed"])).content.decode()
    assert planner.get(reverse("wall-rows", args=["satisfied"])).status_code == 403
    assert planner.get(reverse("wall-rows", args=["nonsense"])).status_code == 404
    assert reverse("wall-rows", args=["satisfied"]) not in (
        planner.get(reverse("wall")).content.decode()
    )


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("asked", [{"team": "0"}, {"region": "0"}, {"days": "1"}])
def test_an_address_that_makes_no_sense_is_not_there(signed_in, board, asked):
    assert signed_in("supervisor").get(reverse(board), asked).status_code == 404


def test_a_unit_that_is_not_there_is_not_shown(signed_in):
    assert signed_in("supervisor").get(reverse("manager"), {"unit": "99"}).status_code == 404


def test_boards_count_nothing_from_behind_a_wall(signed_in):
    for fields in ({"brand": make_brand("rival")}, {"region": make_region("far", lon=60)}):
        make_clock(lived(NOW - 3 * DAY, place="theirs", **fields), due_at=NOW - HOUR)
    client = signed_in(make_user("supervisor"))

    pages = {name: client.get(reverse(name)) for name in BOARDS}

    assert all("theirs" not in page.content.decode() for page in pages.values())
    assert pages["wall"].context["numbers"][2][0].count == 0
    assert pages["manager"].context["managed"].whole == Tally()


def test_the_chosen_are_given_to_a_team_by_what_stands(signed_in):
    clock = make_clock(lived(NOW - 3 * DAY, place="here"), due_at=NOW - HOUR)
    client = signed_in("supervisor")

    page = client.get(reverse("morning")).content.decode()
    assert f'value="{clock.case_id}"' in page
    asked = client.post(
        reverse("admin:spots_spot_changelist") + "?state=all",
        {"action": "route_chosen", "_selected_action": [clock.case_id]},
    )

    assert asked.status_code == 200
    assert "here" in asked.content.decode()


def test_a_unit_cannot_be_put_under_its_own_part(signed_in):
    units = six_levels()
    client = signed_in("administrator")
    address = reverse("admin:heatmaps_project_unit_change", args=[units[0].pk])

    answer = client.post(address, {"name": "level 0", "parent": units[5].pk})

    assert answer.status_code == 200
    units[0].refresh_from_db()
    assert units[0].parent is None


@pytest.mark.parametrize(("language", "hours"), [("en", "8 hours"), ("ru", "8 часов")])
def test_the_morning_shows_how_far_it_looks_in_the_readers_language(client, language, hours):
    reader = make_user("supervisor", language=language)
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")

    page = client.get(reverse("morning")).content.decode()

    assert f'<option value="8" selected>{hours}</option>' in page


@pytest.mark.parametrize("page", [*BOARDS, "figures", "before-after", "audit"])
def test_who_is_let_into_no_region_yet_sees_boards_of_nothing(client, page):
    reader = make_user("supervisor", everywhere=False)
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
    lived(NOW - DAY)

    assert client.get(reverse(page)).status_code == 200
