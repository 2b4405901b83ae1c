"""
Fixes that customers are not content with: their cases are taken up again.

Only the newest fix of a case counts, and only while the case is taken for solved; so each fix
is taken back once, however often this runs. Where a case was merged, its fix counts where it
lives on, until that is fixed in turn. A case that answers have brought back twice is left to
people: what a third round of the same would not mend, and would tell everybody again.

Strangers do not count: what anybody may send undoes no fix, and anybody may write letters under a
thousand names from the ground of a spot, be told of its fix, and rate it.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from complaints.isolation import isolated
from feedback.surveys.catalogue import QuestionKind, Trigger
from feedback.surveys.models import COUNTED
from feedback.surveys.transitions.answering import UNHAPPY_UP_TO
from spots.cases import transitions as cases
from spots.cases.events import EventKind
from spots.cases.fixchecks import FixCheck
from spots.cases.states import MOVES

logger = logging.getLogger(__name__)

MOST_RETURNS = 2  # of a case, by answers alone
VALID_FOR = timedelta(days=90)  # the longest that an invitation can be answered


_RATINGS: Final = f"""
    feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id
        AND a.question = 1 AND a.kind = %(rating)s AND i.touch_point = %(of_a_fix)s
        AND {COUNTED}
"""
_FOUND: Final = f"""
    WITH RECURSIVE
    fix (event_id, case_id) AS (
        SELECT DISTINCT i.event_id, i.case_id FROM {_RATINGS}
        -- No invitation lives longer: no fix has later answers than those of that time.
        WHERE a.at >= %(since)s AND NOT EXISTS (
            SELECT FROM spots_event e
            WHERE e.case_id = i.case_id AND e.kind = %(fixed)s AND e.id > i.event_id
        )
    ),
    counts (event_id, case_id) AS (
        SELECT event_id, case_id FROM fix
        UNION ALL
        SELECT f.event_id, c.merged_into_id FROM counts f JOIN spots_case c ON c.id = f.case_id
        WHERE c.merged_into_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM spots_event e
            WHERE e.case_id = c.merged_into_id AND e.kind = %(fixed)s AND e.at > c.ended_at
        )
    )
    SELECT c.id, count(*) FILTER (WHERE a.score <= %(unhappy_up_to)s) AS unhappy, count(*)
    FROM counts f JOIN spots_case c ON c.id = f.case_id AND c.state = ANY(%(solved)s)
    JOIN ({_RATINGS}) ON i.event_id = f.event_id
    WHERE %(most_returns)s > (
        SELECT count(*) FROM spots_event e
        WHERE e.case_id = c.id AND e.kind = %(reopened)s AND e.facts->>'because' = 'answers'
    )
    GROUP BY c.id
    HAVING count(*) >= %(answers)s
        AND count(*) FILTER (WHERE a.score <= %(unhappy_up_to)s) >= %(share)s * count(*)
    ORDER BY c.id LIMIT %(limit)s
"""


def reopen_unhappy(*, now: datetime, limit: int = 200) -> int:
    """Take up again each case whose fix too many of those who rated it are unhappy with."""
    done = 0
    for case_id, unhappy, answered in _found(FixCheck.in_force(), now=now, limit=limit):
        with isolated(logger, "Case %s could not be taken up; the next sweep tries again", case_id):
            done += _reopened(case_id, unhappy, answered, now=now)
    return done


def _reopened(case_id: int, unhappy: int, answered: int, *, now: datetime) -> bool:
    try:
        cases.reopen_by_answers(case_id=case_id, unhappy=unhappy, answered=answered, now=now)
    except cases.IllegalMoveError as refusal:  # somebody else was quicker
        logger.info("Case %s stays as it is: %s", case_id, refusal)
        return False
    return True


def _found(check: FixCheck, *, now: datetime, limit: int) -> list[tuple[int, int, int]]:
    """The cases, with how many are unhappy and how many answered, that are to be taken up."""
    given: dict[str, Any] = {
        "rating": QuestionKind.CSAT.value,
        "of_a_fix": Trigger.FIXED.value,
        "since": now - VALID_FOR,
        "fixed": EventKind.FIXED.value,
        "reopened": EventKind.REOPENED.value,
        "unhappy_up_to": UNHAPPY_UP_TO,
        "solved": [str(state) for state in MOVES["reopen_by_answers"].sources],
        "most_returns": MOST_RETURNS,
        "answers": check.answers,
        "share": check.unhappy_share,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        return [(case_id, unhappy, answered) for case_id, unhappy, answered in cursor.fetchall()]
