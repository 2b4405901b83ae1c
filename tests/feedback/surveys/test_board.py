"""The board: figures as recounted by hand, and each reader their own slice."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Customer
from feedback.models import Answer, Invitation
from feedback.surveys.scores import Csat, Nps
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_region,
    make_survey,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db
BOARD = reverse("board")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield


def answered(*scores: int, **fields) -> list[Answer]:
    survey = make_survey("touch")
    spot = fields.pop("case", None) or make_fixed_spot(make_customer())
    made = []
    for score in scores:
        invitation = make_invitation(survey=survey, case=spot, customer=make_customer(), **fields)
        made.append(make_answer(score, invitation=invitation))
    return made


def shown(client, **query):
    return client.get(BOARD, query).context


def test_the_figures_are_those_recounted_from_the_rows(signed_in):
    answered(*(10, 9, 8, 7, 6, 0, 3, 10, 9, 9, 10, 2), touch_point="visit")
    for score in (5, 4, 1):
        make_answer(score)
    Invitation.objects.filter(answers__score__gte=9).update(state="completed")

    board = shown(signed_in("supervisor"))

    given = Answer.objects.values_list("kind", "score")
    nps, csat = ([s for kind, s in given if kind == wanted] for wanted in ("nps", "csat"))
    assert board["total"].nps == Nps.of(nps) == Nps(6, 4, 12)
    assert board["total"].csat == Csat.of(csat) == Csat(2, 3)
    assert (board["total"].delivered, board["total"].completed) == (15, 6)
    assert (board["total"].begun, board["total"].completion) == (15, 40)
    assert sum((row.nps for row in board["rows"]), Nps()) == board["total"].nps
    assert sum((row.csat for row in board["rows"]), Csat()) == board["total"].csat


@pytest.mark.parametrize(
    "by",
    [
        *("touch_point", "brand", "region", "team", "engineer", "agent", "day", "segment"),
        *("channel", "text", "hour"),
    ],
)
def test_every_column_adds_up_to_the_whole(signed_in, by):
    answered(10, 0, team=make_team("radio"), engineer=make_user("engineer"))
    answered(9, agent=make_user("agent"))

    board = shown(signed_in("supervisor"), by=by)

    assert sum((row.nps for row in board["rows"]), Nps()) == Nps(2, 1, 3)


def test_before_and_after_a_day_is_proven_or_refused(signed_in):
    for score, day in ((0, -9), (9, -1)):
        for answer in answered(*[score] * 20):
            Answer.objects.filter(pk=answer.pk).update(at=NOW + timedelta(days=day))
    client, turned_on = signed_in("supervisor"), (NOW - timedelta(days=5)).date()

    proven = shown(client, days=30, turned_on=turned_on)["change"]
    refused = shown(client, days=30)["change"]  # nobody answered in the month before

    assert (proven.before[0], proven.after[0]) == (Nps(0, 20, 20), Nps(20, 0, 20))
    assert proven.nps.proven
    assert refused.nps is None
    assert client.get(BOARD, {"turned_on": "2026-01-01", "days": 30}).status_code == 404


def test_nps_is_weighted_by_segment_or_refused_by_name(signed_in):
    cache.clear()
    for segment, scores in (("b2b", [9] * 10), ("mass", [0] * 10), ("vip", [9])):
        survey, spot = make_survey("touch"), make_fixed_spot(make_customer(segment="employee"))
        for score in scores:
            of = make_customer(segment=segment)
            make_answer(score, invitation=make_invitation(survey=survey, case=spot, customer=of))
    for _ in range(20):
        make_customer(segment="mass")
    client = signed_in("supervisor")

    assert shown(client)["weighted"].few == ("vip",)

    cache.clear()
    Customer.objects.filter(segment="vip").update(segment="test")
    estimate = shown(client)["weighted"].estimate
    assert estimate.value == pytest.approx((10 * 100 - 30 * 100) / 40)


def test_too_few_answers_are_refused_in_words(signed_in):
    answered(*[9] * 9)

    page = signed_in(make_user("supervisor", language="en")).get(BOARD).content.decode()

    assert "9 answers: too few to say" in page


def test_a_new_answer_changes_the_mark_and_nothing_new_answers_nothing(signed_in):
    client = signed_in("supervisor")
    answered(9)
    mark = shown(client)["newest"]

    quiet = client.get(BOARD, {"newest": mark})
    answered(3)
    cache.clear()
    fresh = client.get(BOARD, {"newest": mark})

    assert (quiet.status_code, fresh.status_code) == (204, 200)
    assert fresh.context["total"].nps.answered == 2
    assert b"<html" not in fresh.content


def test_who_sees_the_same_shares_one_count_for_two_seconds(client):
    answered(9)
    readers = [make_user("supervisor", language="en") for _ in range(2)]
    mark = "0"

    def look(reader, after):
        client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
        with (
            time_machine.travel(NOW + timedelta(minutes=1, seconds=after), tick=False),
            CaptureQueriesContext(connection) as queries,
        ):
            board = client.get(BOARD, {"newest": mark})
        return board, sum("feedback_answer" in one["sql"] for one in queries)

    first, counting = look(readers[0], 0)
    answered(3)
    shared, marking = look(readers[1], 1)
    fresh, _counting = look(readers[1], 3)

    assert (counting > 5, marking) == (True, 1)
    numbers = [one.context["total"].nps.answered for one in (first, shared, fresh)]
    assert numbers == [1, 1, 2]
    mark = shared.context["newest"]
    assert look(readers[0], 4)[0].status_code == 200  # its mark is of what it saw


@pytest.mark.parametrize(("role", "count"), [("agent", 1), ("engineer", 2), ("supervisor", 6)])
def test_an_agent_and_an_engineer_count_whom_they_served(signed_in, role, count):
    reader = make_user(role)
    answered(9, agent=reader if role == "agent" else make_user("agent"))
    answered(9, 9, engineer=reader if role == "engineer" else make_user("engineer"))
    answered(9, 9, 9)

    assert shown(signed_in(reader))["total"].nps.answered == count


def test_a_customer_of_a_team_counts_once_for_each_of_its_members(signed_in):
    reader, team = make_user("engineer"), make_team("radio")
    team.members.add(reader, make_user("engineer"), make_user("engineer"))
    answered(9, engineer=reader, team=team)

    assert shown(signed_in(reader))["total"].delivered == 1


def test_what_is_behind_a_wall_is_neither_counted_nor_read(client):
    reader = make_user("supervisor", everywhere=False)
    reader.brands.add(make_brand())
    reader.regions.add(make_region())
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
    rival = make_fixed_spot(make_customer(), brand=make_brand("rival"))
    far = make_fixed_spot(make_customer(), region=make_region("far", lon=60))
    for case in (rival, far):
        make_answer(1, "тайна", invitation=make_invitation(case=case, customer=make_customer()))
    make_answer(5, "своё")

    board = client.get(BOARD)

    assert board.context["total"].csat == Csat(1, 1)
    assert "тайна" not in board.content.decode()
    assert "своё" in board.content.decode()


def test_the_queries_do_not_grow_with_answers(signed_in):
    client = signed_in("supervisor")
    make_answer(4, "хорошо")
    answered(1)
    counts = []
    client.get(BOARD)  # the sizes of segments are counted once an hour

    for turn in range(2):
        then = NOW + timedelta(minutes=2, seconds=5 * turn)
        with time_machine.travel(then, tick=False), CaptureQueriesContext(connection) as queries:
            client.get(BOARD, {"by": "team", "newest": ""})
        counts.append(len(queries))
        answered(*range(11))
        make_answer(4, "хорошо")

    assert counts[0] == counts[1] <= 15, [one["sql"][:150] for one in queries]


def test_the_form_says_which_period_is_boardwhere_the_address_does_not(signed_in):
    board = shown(signed_in("supervisor"), by="day")

    assert board["form"]["days"].value() == 30
    assert board["since"] == board["now"] - timedelta(days=30)


def test_an_unknown_column_is_not_there(signed_in):
    assert signed_in("supervisor").get(BOARD, {"by": "phone"}).status_code == 404
