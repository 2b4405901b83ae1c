"""The one write of frozen baselines."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.surveys.baselines.models import ScoreBaseline
from feedback.surveys.board import SCORED, Slice, scores_of
from feedback.surveys.scores import DEFINITION, FEWEST, Estimate

LONGEST_DAYS = 366


class BaselineRefusedError(Exception):
    """Nothing can be frozen of this span; says why."""


@transaction.atomic
def freeze(
    part: Slice, *, since: datetime, until: datetime, reason: str, key: UUID, by: Any
) -> ScoreBaseline:
    """
    Count the scores of a span as the board does, and keep them for good.

    part  all that its reader may count, with the clock
    key   of the form: sent again, it is the same baseline

    :raises BaselineRefusedError: the span is not past, too long, or has too few answers
    """
    if (known := ScoreBaseline.objects.filter(key=key, by=by).first()) is not None:
        return known
    if part.own or not since < until <= part.now:
        raise BaselineRefusedError(_("It has to begin before it ends, and in the past."))
    # An hour more: local days are as long as summer time lets them be.
    if until - since > timedelta(days=LONGEST_DAYS, hours=1):
        raise BaselineRefusedError(_("At most %(days)d days.") % {"days": LONGEST_DAYS})
    counted = part.answers(since=since, until=until).aggregate(**SCORED)
    nps, csat = scores_of(counted)
    if nps.estimate is None and csat.estimate is None:
        words = _("There are %(n)d answers in these days: of fewer than %(few)d nothing is told.")
        raise BaselineRefusedError(words % {"n": nps.answered + csat.answered, "few": FEWEST})
    made, _new = ScoreBaseline.objects.get_or_create(
        key=key,
        defaults={
            **counted,
            **part.walls.values,
            "about": part.about,
            "survey_id": part.survey,
            "since": since,
            "until": until,
            "definition": DEFINITION,
            "nps": _told(nps.estimate),
            "csat": _told(csat.estimate),
            "reason": reason,
            "by": by,
            "at": part.now,
        },
    )
    return made


def _told(estimate: Estimate | None) -> list[float] | None:
    return [estimate.value, estimate.low, estimate.high] if estimate else None
