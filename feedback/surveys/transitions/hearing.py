"""
Cases hear how many customers are not content with their fixes: it counts in their priority, but for
strangers, of whom anybody may be a thousand.
"""

import logging
from datetime import datetime

from django.db import transaction

from complaints.intake.strangers import strangers_among
from complaints.isolation import isolated
from feedback.surveys.models import Answer
from feedback.surveys.transitions.answering import UNHAPPY_UP_TO
from spots.cases import transitions as cases
from spots.cases.models import Case

logger = logging.getLogger(__name__)


def tell_cases(*, now: datetime, limit: int = 200) -> int:
    """
    Let cases that have yet to hear of answers count them, and return how many did.

    A case that somebody else holds right now is left to the next sweep.
    """
    waiting = Answer.objects.unheard().order_by("invitation__case")
    case_ids = waiting.values_list("invitation__case", flat=True).distinct()
    return sum(_heard_by_itself(case_id, now=now) for case_id in case_ids[:limit])


def _heard_by_itself(case_id: int, *, now: datetime) -> bool:
    with isolated(logger, "Case %s could not hear of answers; the next sweep tells it", case_id):
        return _heard(Case.objects.get(pk=case_id), now=now)
    return False


@transaction.atomic
def _heard(case: Case, *, now: datetime) -> bool:
    survivor = case.survivor.pk
    if not cases.locked_if_free(case.pk, survivor):
        return False
    if Case.objects.get(pk=case.pk).survivor.pk != survivor:
        return False  # it was merged, or that was undone, just before it was locked
    about = Answer.objects.filter(invitation__case=case)
    # Marked before they are counted: whoever answers in between is counted by the next sweep.
    if not about.unheard().update(unheard=False):
        return False
    unhappy = about.of_fixes().filter(score__lte=UNHAPPY_UP_TO)
    customers = set(unhappy.values_list("invitation__customer", flat=True))
    known = len(customers - strangers_among(customers))
    cases.hear_unhappy(case_id=case.pk, customers=known, now=now)
    return True
