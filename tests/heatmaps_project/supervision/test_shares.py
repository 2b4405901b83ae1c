"""Shares and their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.supervision.shares import NOTHING, Share


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        pytest.param(81, 263, 25.53, 36.62, id="many"),
        pytest.param(15, 148, 6.24, 16.05, id="few of many"),
        pytest.param(0, 20, 0.0, 16.11, id="none"),
        pytest.param(1, 29, 0.61, 17.18, id="one"),
    ],
)
def test_the_interval_is_wilsons(part, whole, low, high):
    assert Share(part, whole).interval == pytest.approx((low, high), abs=0.005)


@given(whole=st.integers(1, 10**6), data=st.data())
def test_the_interval_holds_the_share_and_stays_a_share(whole, data):
    share = Share(data.draw(st.integers(0, whole)), whole)

    low, high = share.interval

    assert 0 <= low <= share.percent + 1e-9
    assert share.percent - 1e-9 <= high <= 100


def test_a_share_of_nothing_is_no_number():
    assert (NOTHING.percent, NOTHING.interval) == (None, None)
    assert sum([Share(1, 2), Share(2, 3)], NOTHING) == Share(3, 5)
