"""What customers say of a visit and what they say of us as a whole are never one number."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from complaints.customers.walls import NO_WALLS
from feedback.surveys.scores import Nps
from heatmaps_project.accounts.units.reading import tree
from heatmaps_project.supervision.before_after.measuring import measured
from heatmaps_project.supervision.boards.managing import _said
from heatmaps_project.supervision.rollups.transitions import roll_up
from heatmaps_project.supervision.sales.reading import months
from heatmaps_project.supervision.scope import Scope
from tests.factories import NOW, make_answer, make_customer, make_invitation, make_survey

pytestmark = pytest.mark.django_db
THEN = NOW - timedelta(days=5)
OVERALL = {"event": None, "case": None, "touch": None}


@pytest.fixture
def surveys():
    visits, sample = make_survey("fixed_later"), make_survey("sample", per_day=10)
    for score in (10, 9, 0):
        make_answer(score, at=THEN, invitation=make_invitation(survey=visits))
    for number, score in enumerate((1, 2, 3, 10)):
        asked = make_invitation(survey=sample, customer=make_customer())
        type(asked).objects.filter(pk=asked.pk).update(
            **OVERALL, touch_point="sample", occasion=f"day:{number}"
        )
        asked.refresh_from_db()
        make_answer(score, at=THEN, invitation=asked)
    return visits, sample


def test_the_board_shows_one_kind_or_the_other_and_a_survey_its_own(signed_in, surveys):
    visits, sample = surveys
    client = signed_in("supervisor")
    with time_machine.travel(NOW, tick=False):

        def shown(**query):
            return client.get(reverse("board"), query).context

        assert shown()["total"].nps == shown(survey=visits.pk)["total"].nps == Nps(2, 1, 3)
        asked = {"about": "overall", "by": "touch_point"}
        overall = shown(**asked)
        assert overall["total"].nps == shown(survey=sample.pk)["total"].nps == Nps(1, 3, 4)
        assert [row.nps for row in overall["rows"]] == [Nps(1, 3, 4)]
        assert overall["total"].delivered == 4
        assert client.get(reverse("board"), {"about": "both"}).status_code == 404


@pytest.mark.parametrize("summed", [False, True])
def test_no_other_figure_adds_them_up_summed_or_counted_live(surveys, summed):
    if summed:
        roll_up(now=NOW, days=10)
    scope = Scope(NO_WALLS, NOW, timezone.get_current_timezone(), 10)

    found = measured(scope)

    assert found.scores[0] == Nps(2, 1, 3)
    assert found.overall == Nps(1, 3, 4)
    assert sum((nps for nps, _csat in _said(scope).values()), Nps()) == Nps(2, 1, 3)
    of_months = months(tree(), None, walls=NO_WALLS, now=NOW)
    assert sum((month.nps for month in of_months), Nps()) == Nps(2, 1, 3)
