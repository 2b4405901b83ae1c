"""What the board has to show, counted from the rows by the definitions alone."""

from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from feedback.models import Answer, Invitation

FEWEST = 10  # answers that a score is shown of


@dataclass(frozen=True)
class Figures:
    """NPS: % 9-10 less % 0-6; CSAT: % 4-5 of those who gave 1-5; response: completed of reached."""

    nps: int | None  # None: too few to say
    gave_nps: int
    csat: int | None
    gave_csat: int
    response: int
    completed: int
    reached: int
    partial: int


def from_rows() -> Figures:
    scores = list(Answer.objects.values_list("kind", "score"))
    asked = list(Invitation.objects.values_list("delivered_at", "answered_at", "completed_at"))
    return figures(
        nps=[score for kind, score in scores if kind == "nps"],
        csat=[score for kind, score in scores if kind == "csat"],
        completed=sum(done is not None for *_other, done in asked),
        begun=sum(answered is not None for _arrived, answered, _done in asked),
        reached=sum(bool(arrived or answered) for arrived, answered, _done in asked),
    )


def answers_by_day(zone: str) -> list[int]:
    """Return how many scores were given on each day by a zone's calendar, the newest day first."""
    rows = Answer.objects.filter(kind__in=["nps", "csat"]).values_list("at", flat=True)
    days = Counter(moment.astimezone(ZoneInfo(zone)).date() for moment in rows)
    return [days[day] for day in sorted(days, reverse=True)]


def figures(
    *, nps: list[int], csat: list[int], completed: int, begun: int, reached: int
) -> Figures:
    recommend = sum(one >= 9 for one in nps) - sum(one <= 6 for one in nps)
    return Figures(
        nps=_rounded(recommend, len(nps)) if len(nps) >= FEWEST else None,
        gave_nps=len(nps),
        csat=_rounded(sum(one >= 4 for one in csat), len(csat)) if len(csat) >= FEWEST else None,
        gave_csat=len(csat),
        response=_rounded(completed, reached),
        completed=completed,
        reached=reached,
        partial=begun - completed,
    )


def _rounded(part: int, whole: int) -> int:
    """A percentage as the page writes it: to whole ones, halves away from nought."""
    doubled = 200 * abs(part) // whole + 1
    return (doubled // 2) * (1 if part >= 0 else -1)
