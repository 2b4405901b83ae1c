"""
Fixes that customers are not content with: their cases are taken up again.

Only the newest fix of a case counts, and only while the case is taken for solved; so each fix
is taken back once, however often this runs. A case that answers have brought back twice is left
to people: what a third round of the same would not mend, and would tell everybody again.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from feedback.surveys.models import Answer
from feedback.surveys.transitions.answering import UNHAPPY_UP_TO
from spots.cases import transitions as cases
from spots.cases.events import EventKind
from spots.cases.fixchecks import FixCheck
from spots.cases.models import Event
from spots.cases.states import MOVES

logger = logging.getLogger(__name__)

MOST_RETURNS = 2  # of a case, by answers alone
VALID_FOR = timedelta(days=90)  # the longest that an invitation can be answered


def reopen_unhappy(*, now: datetime, limit: int = 200) -> int:
    """Take up again each case whose fix too many of those who rated it are unhappy with."""
    done = 0
    for case_id, unhappy, answered in _found(FixCheck.in_force(), now=now)[:limit]:
        try:
            cases.reopen_by_answers(case_id=case_id, unhappy=unhappy, answered=answered, now=now)
            done += 1
        except cases.IllegalMoveError as refusal:  # somebody else was quicker
            logger.info("Case %s stays as it is: %s", case_id, refusal)
    return done


def _found(check: FixCheck, *, now: datetime) -> QuerySet[Answer, tuple[int, int, int]]:
    """The cases, with how many are unhappy and how many answered, that are to be taken up."""
    newest = Event.objects.filter(case=OuterRef("invitation__case"), kind=EventKind.FIXED)
    # No invitation lives longer: no fix has later answers than those of that time.
    lately = Answer.objects.of_fixes().filter(at__gte=now - VALID_FOR)
    return (
        Answer.objects.of_fixes()
        .filter(
            invitation__event__in=lately.values("invitation__event"),
            invitation__event=Subquery(newest.order_by("-pk").values("pk")[:1]),
            invitation__case__state__in=MOVES["reopen_by_answers"].sources,
        )
        .exclude(invitation__case__in=_returned_often())
        .values("invitation__case")
        .annotate(answered=Count("pk"), unhappy=Count("pk", filter=Q(score__lte=UNHAPPY_UP_TO)))
        .filter(answered__gte=check.answers, unhappy__gte=check.unhappy_share * F("answered"))
        .order_by("invitation__case")
        .values_list("invitation__case", "unhappy", "answered")
    )


def _returned_often() -> QuerySet[Event, Any]:
    returns = Event.objects.filter(kind=EventKind.REOPENED, facts__because="answers")
    counted = returns.order_by().values("case").annotate(n=Count("pk"))
    return counted.filter(n__gte=MOST_RETURNS).values("case")
