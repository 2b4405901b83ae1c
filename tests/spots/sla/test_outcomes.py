"""What became of a promise: one definition, in Python and in SQL."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection

from spots.sla.outcomes import OUTCOME, Outcome, outcome_of
from tests.factories import NOW

HOUR = timedelta(hours=1)
TIMES = (None, NOW - 2 * HOUR, NOW - HOUR, NOW - HOUR + timedelta.resolution, NOW, NOW + HOUR)


@pytest.mark.parametrize(
    ("due", "done", "stopped", "outcome"),
    [
        pytest.param(-1, -2, None, Outcome.KEPT, id="done before it was due"),
        pytest.param(-1, -1, None, Outcome.KEPT, id="done at its due time"),
        pytest.param(-2, -1, None, Outcome.LATE, id="done after it"),
        pytest.param(-1, None, None, Outcome.MISSED, id="past due and not done"),
        pytest.param(-2, None, -1, Outcome.MISSED, id="given up after it was due"),
        pytest.param(-1, None, -2, Outcome.STOPPED, id="not needed before it was due"),
        pytest.param(-1, None, -1, Outcome.STOPPED, id="not needed at its due time"),
        pytest.param(0, None, None, Outcome.OPEN, id="due right now"),
        pytest.param(1, None, None, Outcome.OPEN, id="due later"),
        pytest.param(None, None, None, Outcome.PAUSED, id="stands still"),
    ],
)
def test_what_became_of_a_promise(due, done, stopped, outcome):
    at = [None if hours is None else NOW + hours * HOUR for hours in (due, done, stopped)]

    assert outcome_of(due_at=at[0], satisfied_at=at[1], stopped_at=at[2], as_of=NOW) == outcome


@pytest.mark.django_db
def test_the_database_says_the_same_in_every_case():
    rows = [
        (due, done, stopped)
        for due, done, stopped in product(TIMES, repeat=3)
        if done is None or stopped is None
    ]
    with connection.cursor() as cursor:
        for due, done, stopped in rows:
            cursor.execute(
                f"SELECT {OUTCOME} FROM (SELECT %s::timestamptz AS due_at,"
                " %s::timestamptz AS satisfied_at, %s::timestamptz AS stopped_at) AS one",
                [NOW, due, done, stopped],
            )
            said = cursor.fetchone()[0]
            assert said == outcome_of(
                due_at=due, satisfied_at=done, stopped_at=stopped, as_of=NOW
            ), (due, done, stopped)
