"""Points are for good work, never for much of it; and a game that rewards harm is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.supervision.scorecards.points import (
    Badge,
    Rated,
    badge,
    correlation,
    points,
)

HALF = Rated(50, 100)


@given(n=st.integers(1, 500), more=st.integers(1, 500), share=st.floats(0, 1))
def test_as_good_as_everybody_is_worth_the_same_however_many(n, more, share):
    everybody = Rated(round(1000 * share), 1000)
    few, many = (Rated(round(k * everybody.share * 1000), k * 1000) for k in (n, n + more))

    assert points(few, everybody) == pytest.approx(100 * everybody.share, abs=0.1)
    assert points(many, everybody) == pytest.approx(points(few, everybody), abs=0.1)


@given(rated=st.integers(1, 300), bad=st.integers(0, 300), more=st.integers(1, 300))
def test_more_conversations_that_were_no_good_never_add_points(rated, bad, more):
    bad = min(bad, rated)
    own = Rated(rated - bad, rated)

    assert points(Rated(own.good, own.rated + more), HALF) < points(own, HALF) or own.good == 0


def test_of_little_there_is_little_to_say():
    assert points(Rated(), HALF) is None
    assert points(Rated(1, 1), HALF) == pytest.approx(100 * 6 / 11)
    assert badge(Rated(9, 9), Rated(95, 100)) is None
    assert badge(Rated(10, 10), Rated(95, 100)) == Badge.GOLD
    assert badge(Rated(18, 20), Rated(70, 100)) == Badge.SILVER
    assert badge(Rated(10, 40), HALF) is None


def test_points_that_go_with_calling_again_alarm():
    good = correlation([(90, 0.1), (80, 0.2), (70, 0.3), (60, 0.4), (50, 0.5)])
    bad = correlation([(90, 0.5), (80, 0.4), (70, 0.3), (60, 0.2), (50, 0.3)])

    assert (good.r, good.is_alarming, good.n) == (pytest.approx(-1), False, 5)
    assert bad.is_alarming
    assert correlation([(1, 1)] * 4) is None
    assert correlation([(1, n) for n in range(9)]) is None
