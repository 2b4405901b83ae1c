"""A baseline that is frozen, and what came since beside it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from feedback.models import Answer, ScoreBaseline
from feedback.surveys.baselines.drawing import HEIGHT, drawn
from feedback.surveys.scores import Csat, Estimate, Nps, nps_change
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_region,
    make_survey,
    make_user,
)

pytestmark = pytest.mark.django_db
PAGE = reverse("board-baseline")


@pytest.fixture(autouse=True)
def _now(settings):
    settings.LANGUAGE_CODE = "en"
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield


def answered(*scores, days, survey=None, case=None):
    """Scores of NPS, some days ago; survey "fixed" asks for CSAT."""
    case = case or make_fixed_spot(make_customer())
    for score in scores:
        invitation = make_invitation(
            survey=survey or make_survey("touch"), case=case, customer=make_customer()
        )
        made = make_answer(score, invitation=invitation)
        Answer.objects.filter(pk=made.pk).update(at=NOW - timedelta(days=days))


def frozen(client, *, first=40, last=20, query="", **fields):
    said = {
        "key": uuid4(),
        "first_day": (NOW - timedelta(days=first)).date(),
        "last_day": (NOW - timedelta(days=last)).date(),
        "reason": "before the programme",
        **fields,
    }
    return client.post(f"{PAGE}{query}", said)


def test_it_keeps_what_was_counted_by_whom_and_how_whatever_comes_later(signed_in):
    answered(*[9] * 6, *[0] * 4, *[8] * 2, days=30)
    answered(*[0] * 12, days=19)  # the day after its last
    client = signed_in("supervisor")

    made = frozen(client)

    one = ScoreBaseline.objects.get()
    assert made["Location"] == f"{PAGE}?baseline={one.pk}"
    assert one.scores == (Nps(6, 4, 12), Csat(0, 0))
    assert one.nps_told == Nps(6, 4, 12).estimate
    assert (one.csat_told, one.definition, one.by.role) == (None, 1, "supervisor")
    Answer.objects.filter(score=0, at__lt=NOW - timedelta(days=25)).update(score=10)
    shown = client.get(PAGE).context
    assert shown["baseline"].nps_told == Nps(6, 4, 12).estimate
    assert shown["moved"][0] == Nps(10, 0, 12)
    for change in (lambda: one.save(), lambda: one.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_sent_again_it_is_one_and_another_stands_beside_it_with_its_reason(signed_in):
    answered(*[9] * 10, days=30)
    client, key = signed_in("supervisor"), uuid4()

    first = frozen(client, key=key)
    again = frozen(client, key=key)
    frozen(client, first=35, reason="the days of the strike are left out")

    assert first["Location"] == again["Location"]
    reasons = ScoreBaseline.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["before the programme", "the days of the strike are left out"]
    assert client.get(PAGE).context["baseline"].reason == reasons[1]
    older = ScoreBaseline.objects.order_by("pk")[0]
    assert client.get(PAGE, {"baseline": older.pk}).context["baseline"] == older


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"first": 20, "last": 25}, "begin before it ends", id="backwards"),
        pytest.param({"last": 0}, "in the past", id="not over"),
        pytest.param({"first": 400}, "At most 366 days", id="too long"),
        pytest.param({"first": 5, "last": 2}, "of fewer than 10", id="too few"),
        pytest.param({"reason": " "}, "required", id="no reason"),
        pytest.param({"first_day": "9999-12-31", "last_day": "9999-12-31"}, "No such", id="no day"),
    ],
)
def test_what_cannot_be_frozen_is_refused_in_words(client, fields, said):
    answered(*[9] * 9, days=3)
    answered(*[9] * 20, days=30)
    client.force_login(
        make_user("supervisor", language="en"), "heatmaps_project.accounts.backends.RoleBackend"
    )

    page = frozen(client, **fields)

    assert said in page.content.decode()
    assert not ScoreBaseline.objects.exists()


def test_whoever_only_looks_freezes_nothing_and_an_agent_does_not_look(signed_in):
    assert frozen(signed_in("planner")).status_code == 403
    assert frozen(signed_in("agent")).status_code == 403
    assert not ScoreBaseline.objects.exists()


@pytest.mark.parametrize(
    ("scores", "proven"),
    [
        pytest.param([9] * 30, True, id="far above"),
        pytest.param([9] * 6 + [0] * 5, False, id="within chance"),
        pytest.param([9] * 9, None, id="too few"),
    ],
)
def test_a_difference_is_proven_by_the_interval_of_the_difference(signed_in, scores, proven):
    answered(*[9] * 10, *[0] * 10, days=30)
    answered(*scores, days=5)
    client = signed_in("supervisor")
    frozen(client)

    now = client.get(PAGE, {"days": 90}).context["now"]

    # Of the last ninety days those of the baseline itself count for the baseline alone.
    assert now.nps == Nps.of(scores)
    change = nps_change(Nps(10, 10, 20), Nps.of(scores))
    assert now.nps_change == change
    assert (change.proven if change else None) is proven


def test_weeks_add_up_to_what_came_since_and_are_drawn_and_filed(signed_in):
    answered(*[9] * 10, days=30)
    for days, scores in ((18, [9] * 11), (11, [0] * 12), (4, [8] * 3)):
        answered(*scores, days=days)
    client = signed_in("supervisor")
    frozen(client)

    page = client.get(PAGE, {"days": 90})
    shown = page.context

    assert sum((week.nps for week in shown["weeks"]), Nps()) == shown["now"].nps == Nps(11, 12, 26)
    assert [week.nps_change is None for week in shown["weeks"]] == [False, False, True]
    trend = dict(shown["trends"])["NPS"]
    assert [mark.proven for mark in trend.marks] == [False, True]
    assert page.content.decode().count("<circle") == 2
    lines = b"".join(client.get(PAGE, {"as": "csv"}).streaming_content).decode().splitlines()
    assert len(lines) == 4
    assert ";11;" in lines[1]


def test_only_the_same_cut_is_compared(signed_in):
    survey = make_survey("touch")
    answered(*[9] * 10, days=30, survey=survey)
    client = signed_in("supervisor")
    frozen(client)
    frozen(client, query=f"?survey={survey.pk}", reason="of one survey")
    one, of_survey = ScoreBaseline.objects.order_by("pk")

    assert client.get(PAGE).context["baseline"] == one
    assert client.get(PAGE, {"survey": survey.pk}).context["baseline"] == of_survey
    assert client.get(PAGE, {"about": "overall"}).context["baseline"] is None
    assert client.get(PAGE, {"about": "overall", "baseline": one.pk}).status_code == 404
    # Another brand or region makes another cut of whoever reads.
    reader = make_user("supervisor", everywhere=False)
    reader.brands.add(make_brand("other"))
    reader.regions.add(make_region())
    other = signed_in(reader)
    assert other.get(PAGE).context["baseline"] is None
    assert other.get(PAGE, {"baseline": one.pk}).status_code == 404


def test_a_baseline_of_another_definition_is_not_compared(signed_in, monkeypatch):
    answered(*[9] * 10, days=30)
    answered(*[0] * 30, days=5)
    client = signed_in(make_user("supervisor", language="en"))
    frozen(client)

    monkeypatch.setattr("feedback.surveys.baselines.against.DEFINITION", 2)
    page = client.get(PAGE)

    assert page.context["now"].nps_change is None
    assert "Freeze another one" in page.content.decode()


def test_the_marks_of_a_trend_are_where_their_values_are():
    baseline = Estimate(20.0, 10.0, 30.0)

    trend = drawn(baseline, [("a", "", Estimate(30.0, 20.0, 40.0), True), ("b", "", None, False)])

    assert trend.ticks[0] == (HEIGHT, 10)
    assert trend.ticks[-1] == (0, 40)
    [mark] = trend.marks
    assert (mark.y, mark.high, mark.low) == (73.3, 0.0, 146.7)
    assert trend.band == (146.7, 73.3, 146.7)
