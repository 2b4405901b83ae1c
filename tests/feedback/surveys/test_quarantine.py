"""Which of two surveys may have a customer."""

from datetime import timedelta

import pytest

from feedback.surveys.quarantine import Other, is_blocked
from tests.factories import NOW


@pytest.mark.parametrize(
    ("days", "rank", "asked", "blocked"),
    [
        pytest.param(-29, 9, True, True, id="asked within"),
        pytest.param(-30, 9, True, False, id="asked just before"),
        pytest.param(0, 9, True, True, id="asked now"),
        pytest.param(5, 1, False, True, id="kept for a survey that goes first"),
        pytest.param(5, 9, False, False, id="a later survey has to wait itself"),
        pytest.param(30, 1, False, False, id="kept for later than that"),
        pytest.param(-5, 1, False, False, id="its time has passed"),
    ],
)
def test_quarantine(days, rank, asked, blocked):
    other = Other(NOW + timedelta(days=days), rank, asked=asked)

    assert is_blocked([other], at=NOW, rank=5, days=30) is blocked
    assert not is_blocked([], at=NOW, rank=5, days=30)
