"""Ready questions are written into a survey, after those that it has."""

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.surveys.bank import Theme, after
from feedback.surveys.catalogue import Survey, Trigger
from feedback.surveys.drafts import SurveyQuestion
from feedback.surveys.questions import MOST, Kind


class RefusedError(Exception):
    """The survey has no room for them, or they are none that it may ask."""


@transaction.atomic
def add_ready(*, survey_id: int, theme: Theme) -> int:
    """
    Add the questions of a theme, and return how many.

    :raises RefusedError: they would be more than a survey holds, or begin a survey of fixes wrongly
    """
    survey = Survey.objects.select_for_update().get(pk=survey_id)
    numbers = list(SurveyQuestion.objects.filter(survey=survey).values_list("number", flat=True))
    last = max(numbers, default=0)
    if last + len(theme.questions) > MOST:
        raise RefusedError(_("A survey has %(most)d questions at most.") % {"most": MOST})
    first = theme.questions[0].kind
    if survey.trigger == Trigger.FIXED and not numbers and first != Kind.CSAT:
        raise RefusedError(_("The first question about a fix is 1 to 5: spots reopen by it."))
    rows = [
        SurveyQuestion(
            survey=survey,
            number=one.number,
            kind=one.kind,
            words_ru=one.words["ru"],
            words_en=one.words["en"],
            options_ru="\n".join(one.options.get("ru", ())),
            options_en="\n".join(one.options.get("en", ())),
            if_question=one.only_if.question if one.only_if else None,
            if_relation=one.only_if.relation if one.only_if else "",
            if_value=one.only_if.value if one.only_if else None,
        )
        for one in after(theme, last)
    ]
    return len(SurveyQuestion.objects.bulk_create(rows))
