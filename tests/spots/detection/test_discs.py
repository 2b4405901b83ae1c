"""Sums over discs, against looking at each point."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spots.detection.discs import CELL_M, Discs

RADII_M = (300.0, 1000.0, 3000.0)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    many=st.integers(0, 300),
    spread_m=st.sampled_from([5.0, 300.0, 3000.0, 30_000.0]),
    on_the_grid=st.booleans(),
)
def test_a_sum_is_that_of_the_points_not_farther_than_the_radius(seed, many, spread_m, on_the_grid):
    rng = np.random.default_rng(seed)
    point, centre = rng.normal(0, spread_m, (many, 2)), rng.normal(0, spread_m, 2)
    if on_the_grid:  # the edges of cells are where such sums go wrong
        point, centre = (CELL_M * np.round(place / CELL_M) for place in (point, centre))
    weight = rng.integers(0, 9, (many, 3))

    found = Discs(point, weight).within(centre, RADII_M)

    squared = ((point - centre) ** 2).sum(axis=1)
    by_hand = [weight[squared <= radius**2].sum(axis=0) for radius in RADII_M]
    assert (np.array(by_hand) == found).all()
    rows = Discs(point, weight).rows(centre, RADII_M[1])
    assert sorted(rows) == np.flatnonzero(squared <= RADII_M[1] ** 2).tolist()
