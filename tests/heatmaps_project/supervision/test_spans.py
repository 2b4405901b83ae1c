"""The middle of lengths of time, by arithmetic alone."""

from datetime import timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.supervision.boards.spans import spread

LENGTHS = st.lists(
    st.integers(0, 10**6).map(lambda s: timedelta(seconds=s)), min_size=1, max_size=60
)


@given(LENGTHS)
def test_the_median_lies_in_its_interval_and_that_among_the_lengths(lengths):
    found = spread(lengths)

    assert found is not None
    assert found.n == len(lengths)
    assert found.median == median(lengths)
    assert min(lengths) <= found.low <= found.median <= found.high <= max(lengths)
    assert sum(length <= found.nine_in_ten for length in lengths) >= 0.9 * len(lengths)


def test_of_nothing_there_is_no_middle():
    assert spread([]) is None
