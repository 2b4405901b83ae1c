"""The survey board counted a second time; as recounting.py, it shares no line with the page."""

from datetime import datetime, timedelta
from typing import Any, Final

from heatmaps_project.bench.figures.rows import InvitationRow, Rows

REACHED: Final = ("delivered", "started", "partial", "completed")


def survey_board(rows: Rows, *, now: datetime, days: int) -> dict[str, Any]:
    """
    Return NPS as (promoters, detractors, all), CSAT as (4 and 5, all), and the response.

    As the board opens: of touch points, not of us as a whole.
    """
    since = now - timedelta(days=days)
    theirs = {pk: row for pk, row in rows.invitations.items() if not of_us_all(row)}
    given = [row for row in rows.answers if since < row.at <= now and row.invitation in theirs]
    nps = [row.score for row in given if row.kind == "nps" and row.score is not None]
    csat = [row.score for row in given if row.kind == "csat" and row.score is not None]
    asked = [row.state for row in theirs.values() if since < row.due_at <= now]
    return {
        "nps": (sum(s >= 9 for s in nps), sum(s <= 6 for s in nps), len(nps)),
        "csat": (sum(s >= 4 for s in csat), len(csat)),
        "response": (asked.count("completed"), sum(state in REACHED for state in asked)),
    }


def of_us_all(asked: InvitationRow) -> bool:
    """Whether somebody was asked about us as a whole, not about anything that happened."""
    return asked.event is None and asked.touch is None
