"""What a sector can serve at all, said before it is reckoned point by point."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spots.network.sectors import Fan, reaches, within

degrees = st.floats(-0.2, 0.2)
fans = st.builds(
    Fan,
    lon=st.just(41.0),
    lat=st.sampled_from([0.0, 57.0, 78.0]),
    azimuth=st.floats(0, 360),
    beam_width=st.floats(1, 360),
    range_m=st.floats(1, 20_000),
)


@given(fans, st.lists(st.tuples(degrees, degrees), min_size=1, max_size=5))
def test_whatever_is_served_is_within_reach(fan: Fan, off: list[tuple[float, float]]):
    points = np.array(off) + np.array([fan.lon, fan.lat])

    if within(fan, points[:, 0], points[:, 1]).any():
        assert reaches(fan, points.min(axis=0), points.max(axis=0))


def test_what_is_far_is_not():
    fan = Fan(41.0, 57.0, range_m=1000)
    near, far = np.array([41.02, 57.0]), np.array([41.04, 57.02])

    assert not reaches(fan, near, far)
    assert reaches(fan, np.array([41.01, 56.9]), far)
