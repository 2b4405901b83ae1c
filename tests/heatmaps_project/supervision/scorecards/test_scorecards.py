"""Promises beside outcomes on the scorecards; points of those alone who take part."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import turns
from heatmaps_project.desk.in_turn import COUNTING
from heatmaps_project.models import LookupOutcome, Player
from heatmaps_project.supervision.shares import Share
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_customer,
    make_invitation,
    make_lookup,
    make_region,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        yield


def served(agent, *, ago=10 * DAY, rating=None, again=False, took=60, **walls):
    """A conversation of an agent with a new customer, and what came of it."""
    customer = make_customer()
    row = {"brand": make_brand(), "region": make_region(), "customer": customer, **walls}
    lookup = make_lookup(agent, at=NOW - ago, **row)
    ended = lookup.at + timedelta(seconds=took)
    LookupOutcome.objects.create(lookup=lookup, outcome="answered", at=ended)
    if again:
        make_lookup(make_user("agent"), **{**row, "at": lookup.at + DAY})
    if rating:
        invitation = make_invitation(customer=customer, agent=agent)
        make_answer(rating, invitation=invitation, at=lookup.at + timedelta(hours=1))


def test_a_scorecard_has_promises_beside_what_came_of_it(signed_in, django_assert_max_num_queries):
    ann, bob = (make_user("agent", last_name=name) for name in ("Ann", "Bob"))
    team = make_team("calls", members=(ann,))
    served(ann, rating=5)
    served(ann, rating=2, again=True, took=400)
    served(ann, ago=2 * DAY, rating=4)  # too young to say whether they call again
    served(bob)
    served(ann, brand=make_brand("rival"), rating=1)
    client = signed_in(make_user("planner", language="en"))

    with django_assert_max_num_queries(20):
        page = client.get(reverse("scorecards"), {"days": 30})
    cards = {card.name: card for card in page.context["cards"].agents}
    card = cards["Ann"]

    assert card.tally.calls == 3
    assert (card.in_time, card.again, card.well) == (Share(2, 3), Share(1, 2), Share(2, 3))
    assert card.tally.mean == pytest.approx(11 / 3)
    assert (card.kept, card.leaving) == (Share(0, 0), Share(0, 3))
    assert page.context["cards"].whole.tally.calls == 5  # and whom the customer called again
    of_team = client.get(reverse("scorecards"), {"days": 30, "team": team.pk})
    assert [one.name for one in of_team.context["cards"].agents] == ["Ann"]
    strict = client.get(reverse("scorecards"), {"days": 30, "seconds": 10}).context["cards"]
    assert strict.whole.in_time.part == 0
    file = client.get(reverse("scorecards"), {"days": 30, "as": "csv"})
    assert "Ann" in b"".join(file.streaming_content).decode()
    assert client.get(reverse("scorecards"), {"seconds": 1}).status_code == 404


def test_only_whoever_takes_part_has_points_and_is_seen(signed_in):
    ann, bob, eve = (make_user("agent", last_name=name) for name in ("Ann", "Bob", "Eve"))
    make_team("calls", members=(ann, bob, eve))
    for agent in (ann, bob, eve):
        for n in range(12):
            served(agent, ago=(10 + n) * DAY, rating=5 if n else 1, again=agent == bob)

    client = signed_in(ann)
    assert client.get(reverse("points")).context["own"] is None
    for agent in (ann, bob):
        for _ in range(2):
            signed_in(agent).post(reverse("points"), {"wanted": "yes"})
    page = signed_in(ann).get(reverse("points"))

    assert Player.objects.count() == 2
    own, board = page.context["own"], page.context["board"]
    assert (own.rated.good, own.rated.rated) == (11, 12)
    assert board.people[bob.pk].rated.good == 0  # rated well, and called again
    assert "Bob" in page.content.decode() and "Eve" not in page.content.decode()
    assert [(line.players, line.rated.rated) for line in board.teams] == [(2, 24)]
    stranger = signed_in(make_user("agent")).get(reverse("points")).content.decode()
    assert "Ann" not in stranger and "Bob" not in stranger
    signed_in(ann).post(reverse("points"), {"wanted": "no"})
    assert list(Player.objects.values_list("user", flat=True)) == [bob.pk]


def test_a_game_that_rewards_harm_is_told_of(signed_in):
    """Whoever is rated best loses most of their unrated callers."""
    for n in range(5):
        agent = make_user("agent")
        Player.objects.create(user=agent, since=NOW)
        for k in range(5):
            served(agent, rating=5 if k < n else 1)
            served(agent, again=k < n)

    page = signed_in(make_user("planner", language="en")).get(reverse("scorecards"))

    assert page.context["board"].check.is_alarming
    assert "look at what is rewarded" in page.content.decode()


def test_all_who_take_part_are_counted_once_an_hour_however_often_their_pages_are_asked_for(
    signed_in,
):
    """Each page counts a month of everybody's conversations: any agent held the servers by it."""
    ann, bob = make_user("agent"), make_user("agent")
    Player.objects.create(user=ann, since=NOW)
    for _ in range(10):
        served(ann, rating=5)
        served(bob, rating=5)

    def asked(agent):
        with CaptureQueriesContext(connection) as queries:
            page = signed_in(agent).get(reverse("points"))
        counts = [one["sql"] for one in queries if "WITH calls" in one["sql"]]
        return page.context, counts

    found, counts = asked(ann)
    assert (len(counts), found["own"].rated.good) == (1, 10)
    served(ann, rating=5)
    for wanted in ("no", "yes", "yes"):
        signed_in(ann).post(reverse("points"), {"wanted": wanted})
        found, counts = asked(ann)
        assert counts == []
    assert found["own"].rated.good == 10

    signed_in(bob).post(reverse("points"), {"wanted": "yes"})
    found, counts = asked(bob)
    assert found["own"].rated.good == 10
    assert [f"({ann.pk}" in one or f", {ann.pk}" in one for one in counts] == [False]
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        found, counts = asked(ann)
    assert (len(counts), found["own"].rated.good) == (1, 11)


@pytest.mark.parametrize("name", ["scorecards", "channels"])
def test_conversations_are_counted_for_one_page_after_another(signed_in, monkeypatch, name):
    """Each request counts them all: eight at once held the threads of a server, and none ended."""
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)
    client = signed_in(make_user("planner", language="en"))

    with COUNTING.taken():
        refused, others = client.get(reverse(name)), client.get(reverse("figures"))

    assert (refused.status_code, others.status_code) == (503, 200)
    assert "Conversations are being counted for others" in refused.content.decode()
    assert refused["Retry-After"] == "30"
    assert client.get(reverse(name)).status_code == 200


def test_points_wait_for_nobody_who_counts(signed_in):
    with COUNTING.taken():
        assert signed_in("agent").get(reverse("points")).status_code == 200
