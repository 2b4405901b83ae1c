"""What the settings of a survey decide: which scores are good, where it asks, and not whom."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from complaints.customers.walls import NO_WALLS
from complaints.models import Complaint
from feedback.models import Invitation, Survey
from feedback.notifications import transitions as notifications
from feedback.surveys import transitions
from feedback.surveys.scores import Csat
from heatmaps_project.supervision.boards.rows import MAKERS
from heatmaps_project.supervision.boards.wall import rated_well
from heatmaps_project.supervision.rollups.transitions import roll_up
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from tests.factories import (
    NOW,
    make_answer,
    make_complaint,
    make_customer,
    make_invitation,
    make_survey,
    make_touch,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("summed", [False, True])
def test_a_survey_says_which_scores_are_good_of_whoever_is_asked_from_then_on(signed_in, summed):
    survey, at = make_survey(), NOW - 3 * DAY
    for score in (5, 4, 3):
        make_answer(score, at=at, invitation=make_invitation(survey=survey))
    Survey.objects.filter(pk=survey.pk).update(good_from=5)
    for score in (5, 4, 4, 3):
        make_answer(score, at=at, invitation=make_invitation(survey=survey))
    if summed:
        roll_up(now=NOW, days=10)

    with time_machine.travel(NOW, tick=False):
        board = signed_in("supervisor").get(reverse("board"), {"by": "survey"}).context
        scope = Scope(NO_WALLS, NOW, timezone.get_current_timezone(), 10)
        rows = MAKERS["satisfied"](scope)

    assert survey.versions.count() == 2  # the questions are the same, what counts as good is not
    assert board["total"].csat == Csat(2 + 1, 7)
    assert board["rows"][0].csat == Csat(3, 7)
    assert rated_well(scope) == Share(3, 7)
    assert sum(row.counts for row in rows) == 3


def test_only_the_shops_that_are_named_are_asked_about():
    make_survey("touch", units="Ленина, 5\n  МИРА, 10 \n\n")
    for unit in ("ленина, 5", "Мира, 10 ", "Ленина, 50", ""):
        make_touch(unit=unit)

    transitions.find(now=NOW)

    asked = Invitation.objects.values_list("touch__unit", flat=True)
    assert sorted(asked) == ["Мира, 10 ", "ленина, 5"]


@pytest.mark.parametrize(
    ("complaint", "survey", "why"),
    [
        pytest.param({"occurred_at": NOW + DAY}, {}, "complained", id="complained since"),
        pytest.param({"occurred_at": NOW - DAY}, {}, "", id="complained before"),
        pytest.param({"occurred_at": NOW + DAY, "withdrawn_at": NOW + DAY}, {}, "", id="withdrawn"),
        pytest.param(
            {"occurred_at": NOW + DAY}, {"not_after_complaint": False}, "", id="asked all the same"
        ),
    ],
)
def test_whoever_has_complained_since_is_not_asked(complaint, survey, why):
    make_survey("touch", delay_minutes=24 * 24 * 60, **survey)
    met, other = make_customer(person="P-1"), make_customer(person="P-1")
    make_touch(customer=met)
    make_touch(customer=make_customer())
    transitions.find(now=NOW)
    Complaint.objects.filter(pk=make_complaint(customer=other).pk).update(**complaint)

    notifications.ask_customers(now=NOW + 24 * DAY)

    assert Invitation.objects.get(customer=met).skipped == why
    assert Invitation.objects.exclude(customer=met).get().state == "queued"
