"""A month of answered questionnaires, and how fast the board is with them."""

import time
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from complaints.customers.walls import NO_WALLS
from feedback.surveys import board, comparing
from heatmaps_project.bench.answers.filling import asked

DAYS: Final = 30
# Spread over the month, each answered a day after it was asked; the scores are those of a scale.
_ANSWER = """
    WITH asked AS (
        UPDATE feedback_invitation SET
            state = 'completed',
            due_at = due_at - (id %% 29) * interval '1 day' - interval '1 day',
            answered_at = due_at - (id %% 29) * interval '1 day',
            completed_at = due_at - (id %% 29) * interval '1 day'
        WHERE id = ANY(%s) RETURNING id, answered_at
    )
    INSERT INTO feedback_answer
        (invitation_id, question, kind, score, chosen, at, channel, unheard)
    SELECT id, 1, 'nps', id %% 11, '{}', answered_at, 'web', false FROM asked
"""


def answered(count: int, *, now: datetime) -> None:
    """Let so many customers have answered in the month before."""
    for first in range(0, count, 10_000):
        ids = asked(min(10_000, count - first), name=f"month-{first}", now=now)
        with connection.cursor() as cursor:
            cursor.execute(_ANSWER, [ids])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feedback_invitation, feedback_answer, complaints_customer")


def board_ms(*, now: datetime) -> tuple[float, float]:
    """Return how long the board takes to see that nothing is new, and to count the month anew."""
    part = board.Slice(walls=NO_WALLS, now=now, days=DAYS + 1, zone=ZoneInfo("Europe/Moscow"))
    began = time.perf_counter()
    board.newest(part)
    looked = time.perf_counter()
    board.total(part)
    board.rows_by(part, "touch_point")
    board.not_asked(part)
    comparing.change(part, turned_at=now - timedelta(days=DAYS / 2))
    comparing.weighted(part)
    return 1000 * (looked - began), 1000 * (time.perf_counter() - looked)
