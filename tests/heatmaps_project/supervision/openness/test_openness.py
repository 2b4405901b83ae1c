"""One board of spots, wishes and ideas, for all of the staff: state, owner, next date."""

from datetime import timedelta

import pytest
import time_machine

from feedback.insights import transitions
from tests.factories import (
    NOW,
    make_brand,
    make_insight,
    make_region,
    make_spot,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db
BOARD = "/openness/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        yield


def rows(client, **asked):
    return client.get(BOARD, asked).context["board"].rows


def test_what_is_to_be_heard_of_soonest_is_first_and_what_is_over_is_marked(signed_in):
    boss = make_user("supervisor", last_name="Boss")
    soon = make_spot(state="routed", team=make_team("radio"), eta_at=NOW + DAY / 24)
    late = make_spot(state="routed", team=make_team("radio"), eta_at=NOW - DAY / 24)
    undated = make_spot(state="routed", team=make_team("radio"))
    make_spot(state="closed", ended_at=NOW)
    idea, waits = make_insight(title="Idea"), make_insight(title="Waits")
    ended = make_insight(title="Ended")
    today = NOW.date()
    transitions.take(insight_id=idea.pk, next_on=today, by=boss, now=NOW)
    transitions.decline(insight_id=ended.pk, answer="No.", by=boss, now=NOW)

    found = rows(signed_in("agent"))

    assert [row.name for row in found] == [
        *(str(late), str(soon), "Idea", str(undated), "Waits"),
    ]
    assert [row.is_late for row in found] == [True, False, False, False, False]
    assert [row.owner for row in found[2:]] == ["Boss", "Radio", str(waits.department)]
    with time_machine.travel(NOW + DAY, tick=False):
        again = rows(signed_in("agent"), what="idea")
        assert [(row.name, row.is_late) for row in again] == [("Idea", True), ("Waits", False)]
        assert signed_in("agent").get(BOARD, {"what": "secret"}).status_code == 404


def test_nothing_behind_a_wall_is_on_it_and_its_queries_do_not_grow(
    signed_in, django_assert_max_num_queries
):
    make_insight(title="Theirs", brand=make_brand("rival"))
    make_spot(brand=make_brand("rival"))
    for _ in range(4):
        make_spot(region=make_region())
        make_insight()
    client = signed_in(make_user("engineer"))
    client.get(BOARD)

    with django_assert_max_num_queries(14):
        page = client.get(BOARD)

    board = page.context["board"]
    assert (len(board.rows), dict(board.counts)) == (8, {"spot": 4, "wish": 0, "idea": 4})
