"""
Which complaints and cases are complex, and why: version DEFINITION of the rule.

A complaint is complex if any of these holds:

 topics   its customer complained of TOPICS topics or more in the WITHIN up to it, itself one
 repeats  its customer complained of its topic REPEATS times or more in them, itself one
 sites    its case is tied to SITES sites or more
 teams    its case was with TEAMS teams or more, moves for want of people or time aside
 marked   a person marked its case

A case is complex by its sites, teams or a mark, or if of its complaints so large a share has
several topics, or is told again and again. What was withdrawn is no complaint.
"""

from datetime import timedelta
from typing import Any, Final

from django.db import connection

from spots.routing.complexity import Complexity
from spots.routing.models import TEACHING

DEFINITION: Final = 1  # one more with each change of what is counted here
WITHIN: Final = timedelta(days=7)
TOPICS: Final = 2
REPEATS: Final = 3
SITES: Final = 2
TEAMS: Final = 2
LEAST_SHARE: Final = 0.5  # of a case's complaints

VALUES: Final[dict[str, Any]] = {
    "within": WITHIN,
    "topics": TOPICS,
    "repeats": REPEATS,
    "sites": SITES,
    "teams": TEAMS,
    "teaching": ["", *sorted(TEACHING)],
}


def of_customers(asked: str, others: str = "true") -> str:
    """
    Return SQL: id and two reasons, of those complaints of a query whose customer told of more.

    others  condition on o, what else customers told: what keeps the query from reading all of it
    """
    # What stands alone within its days is neither: both ask for two complaints at least.
    return f"""
        SELECT a.id,
            1 + count(DISTINCT o.topic_id) FILTER (WHERE o.topic_id <> a.topic_id) >= %(topics)s
                AS topics,
            1 + count(*) FILTER (WHERE o.topic_id = a.topic_id) >= %(repeats)s AS repeats
        FROM {asked} a
        JOIN complaints_complaint o ON o.customer_id = a.customer_id AND o.id <> a.id
        WHERE o.received_at > a.received_at - %(within)s AND o.received_at <= a.received_at
            AND o.withdrawn_at IS NULL AND {others}
        GROUP BY a.id
    """


def of_cases(which: str = "true") -> str:
    """Return SQL: case_id, sites, teams and marked, of the cases, under a condition, with any."""
    return f"""
        SELECT case_id, bool_or(why = 'sites') AS sites, bool_or(why = 'teams') AS teams,
            bool_or(why = 'marked') AS marked
        FROM (
            SELECT case_id, 'sites' AS why FROM spots_tie
            WHERE site_id IS NOT NULL AND ended_at IS NULL AND {which}
            GROUP BY case_id HAVING count(*) >= %(sites)s
            UNION ALL
            SELECT case_id, 'teams' FROM spots_routing
            WHERE reason = ANY(%(teaching)s) AND {which}
            GROUP BY case_id HAVING count(DISTINCT to_team_id) >= %(teams)s
            UNION ALL
            SELECT case_id, 'marked' FROM spots_complexmark WHERE ended_at IS NULL AND {which}
        ) AS told GROUP BY case_id
    """


_OF_CASE: Final = f"""
    WITH members AS (
        SELECT k.id, k.customer_id, k.topic_id, k.received_at
        FROM spots_membership m JOIN complaints_complaint k ON k.id = m.complaint_id
        WHERE m.case_id = %(case)s AND m.until IS NULL AND k.withdrawn_at IS NULL
    ), told AS ({of_customers("members")}), hard AS ({of_cases("case_id = %(case)s")})
    SELECT (SELECT count(*) FROM members), count(*) FILTER (WHERE topics),
        count(*) FILTER (WHERE repeats), coalesce((SELECT sites FROM hard), false),
        coalesce((SELECT teams FROM hard), false), coalesce((SELECT marked FROM hard), false)
    FROM told
"""


def why_complex(case_id: int) -> frozenset[str]:
    """Return why a case is complex, of Complexity; empty: it is not. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CASE, {**VALUES, "case": case_id})
        [(members, topics, repeats, sites, teams, marked)] = cursor.fetchall()
    least = max(1.0, LEAST_SHARE * members)
    holds = {
        Complexity.TOPICS: topics >= least,
        Complexity.REPEATS: repeats >= least,
        Complexity.SITES: sites,
        Complexity.TEAMS: teams,
        Complexity.MARKED: marked,
    }
    return frozenset(why.value for why, it_does in holds.items() if it_does)
