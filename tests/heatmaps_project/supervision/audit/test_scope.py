"""The scope of an audit: pure."""

import pytest

from heatmaps_project.supervision.audit.scope import fitting


@pytest.mark.parametrize(
    ("days", "unit"),
    [(1, "day"), (62, "day"), (63, "week"), (184, "week"), (185, "month"), (400, "month")],
)
def test_a_trend_is_by_the_unit_that_can_be_read(days, unit):
    assert fitting(days) == unit
