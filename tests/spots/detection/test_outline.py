"""The ground a spot stands on."""

import numpy as np
import pytest
from shapely import Point, Polygon

from spots.detection.outline import outline
from spots.detection.simple import clusters

CORNERS = np.array([[0.0, 0.0], [400.0, 0.0], [400.0, 300.0], [0.0, 300.0]])


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(CORNERS[:1], id="one point"),
        pytest.param(np.repeat(CORNERS[:1], 9, axis=0), id="nine on one place"),
        pytest.param(np.array([[0.0, 0.0], [50.0, 50.0], [100.0, 100.0]]), id="three in a line"),
        pytest.param(CORNERS, id="a square"),
    ],
)
def test_an_outline_is_a_closed_ring_around_all_points(point):
    ring = outline(point)

    assert (ring[0] == ring[-1]).all()
    assert all(Polygon(ring).contains(Point(one)) for one in point)


def test_it_stands_75_metres_off():
    east, north = outline(CORNERS).T

    assert (east.min(), east.max()) == (-75.0, 475.0)
    assert (north.min(), north.max()) == (-75.0, 375.0)


@pytest.mark.parametrize("home", [(12.3, 34.5), (-31.0, 49.0), (44.4, -20.0)])
def test_it_tells_of_a_neighbourhood_and_of_no_house(home):
    """The middle of a circle is where somebody lives; so is that of each arc of a hull."""
    others = [[400.0, 0.0], [400.0, 300.0]]

    alone, near = outline(np.array([home])), outline(np.array([home, *others]))

    assert (alone == outline(np.zeros((1, 2)))).all()
    assert (near == outline(np.array([[0.0, 0.0], *others]))).all()
    assert Polygon(alone).contains(Point(home))


@pytest.mark.parametrize("corner", [(49.9, 49.9), (-49.9, 49.9), (50.0, 150.0)])
def test_whoever_lives_farthest_from_the_raster_is_within(corner):
    assert Polygon(outline(np.array([corner]))).contains(Point(corner))


def test_points_far_from_all_others_are_left_outside():
    rng = np.random.default_rng(1)
    crowd = rng.uniform(0, 500, (30, 2))

    ring = outline(np.vstack([crowd, [[9_000.0, 9_000.0]]]))

    assert (ring == outline(crowd)).all()


def test_nothing_has_no_outline():
    with pytest.raises(ValueError, match="Nothing"):
        outline(np.empty((0, 2)))


def test_the_simple_rule_finds_so_many_within_so_far_topic_by_topic():
    point = np.vstack([np.zeros((6, 2)), np.full((5, 2), 5_000.0), [[2_000.0, 0.0]]])
    topic = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0])

    found = clusters(point, topic, eps_m=600.0, minimum=5)

    assert [rows.tolist() for rows in found] == [[0, 1, 2, 3, 4], [6, 7, 8, 9, 10]]
