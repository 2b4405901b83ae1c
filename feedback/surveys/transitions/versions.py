"""Which version of a survey customers are asked now."""

from datetime import datetime
from typing import Any

from django.db import transaction

from feedback.surveys import defaults
from feedback.surveys.catalogue import Survey, Trigger
from feedback.surveys.drafts import SurveyQuestion
from feedback.surveys.models import Version


@transaction.atomic
def version_in_force(survey_id: int, *, now: datetime) -> Version:
    """Return the version that says what the survey says now; made if there is none yet."""
    survey = Survey.objects.select_for_update().get(pk=survey_id)
    content = _content(survey)
    newest = Version.objects.filter(survey=survey).order_by("-number").first()
    said = {"content": content, "good_from": survey.good_from}
    if newest is not None and (newest.content, newest.good_from) == tuple(said.values()):
        return newest
    number = newest.number + 1 if newest else 1
    return Version.objects.create(survey=survey, number=number, made_at=now, **said)


def _content(survey: Survey) -> dict[str, Any]:
    rows = SurveyQuestion.objects.filter(survey=survey).order_by("number")
    return {
        "title": {"ru": survey.title_ru, "en": survey.title_en},
        "thanks": {"ru": survey.thanks_ru, "en": survey.thanks_en},
        "questions": [row.read().stored() for row in rows],
    }


@transaction.atomic
def provide_packaged(*, now: datetime) -> None:
    """Make the survey of fixes that Heatmaps comes with, where there never was one of fixes."""
    if Survey.objects.filter(trigger=Trigger.FIXED, brand=None).exists():
        return
    row = {**defaults.SURVEY, "active_since": now}
    survey, made = Survey.objects.get_or_create(name=defaults.NAME, defaults=row)
    if made:
        SurveyQuestion.objects.bulk_create(
            SurveyQuestion(survey=survey, **question) for question in defaults.QUESTIONS
        )
