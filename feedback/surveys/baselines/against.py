"""
Scores since a frozen baseline, week by week, and whether they differ from it.

The baseline is a sample too, so a difference is proven by the interval of the difference (as
any change of the board), not by whether one interval holds the other's value.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models.functions import TruncWeek

from feedback.surveys.baselines.models import ScoreBaseline
from feedback.surveys.board import SCORED, Slice, scores_of
from feedback.surveys.scores import (
    DEFINITION,
    Csat,
    Estimate,
    Nps,
    csat_change,
    nps_change,
)

MOST_WEEKS = 53


@dataclass(frozen=True)
class Against:
    """Scores of a span, and by how much they are above the baseline's."""

    since: datetime
    until: datetime
    nps: Nps
    csat: Csat
    nps_change: Estimate | None  # None: too few here, or there
    csat_change: Estimate | None


def comparable(baseline: ScoreBaseline) -> bool:
    """Whether scores are still counted as they were when the baseline was frozen."""
    return baseline.definition == DEFINITION


def since_then(part: Slice, baseline: ScoreBaseline) -> Against:
    """Return the scores of the slice's days, but of none that are the baseline's; one query."""
    since = max(part.since, baseline.until)
    counted = part.answers(since=since, until=part.now).aggregate(**SCORED)
    return _against(baseline, since, part.now, scores_of(counted))


def by_week(part: Slice, baseline: ScoreBaseline) -> list[Against]:
    """
    Return each week since the baseline's end that has answers, the last MOST_WEEKS; one query.

    Weeks begin on Monday; the first and the last may be cut short.
    """
    monday = datetime.combine(part.now.astimezone(part.zone), time(), part.zone)
    monday -= timedelta(days=monday.weekday())
    earliest = monday - timedelta(weeks=MOST_WEEKS - 1)
    rows = part.answers(since=max(baseline.until, earliest), until=part.now)
    weeks = rows.values(week=TruncWeek("at", tzinfo=part.zone)).annotate(**SCORED)
    return [
        _against(
            baseline,
            max(row["week"], baseline.until),
            min(row["week"] + timedelta(days=7), part.now),
            scores_of(row),
        )
        for row in weeks.order_by("week")
    ]


def recounted(part: Slice, baseline: ScoreBaseline) -> tuple[Nps, Csat]:
    """Return what the baseline's span comes to by the answers as they stand today; one query."""
    rows = part.answers(since=baseline.since, until=baseline.until)
    return scores_of(rows.aggregate(**SCORED))


def _against(
    baseline: ScoreBaseline, since: datetime, until: datetime, scores: tuple[Nps, Csat]
) -> Against:
    was = baseline.scores
    return Against(
        since,
        until,
        *scores,
        nps_change(was[0], scores[0]) if comparable(baseline) else None,
        csat_change(was[1], scores[1]) if comparable(baseline) else None,
    )
