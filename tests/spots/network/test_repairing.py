"""Areas whose lines cross: made valid, where that is no endless work."""

from random import Random

import pytest
import shapely

from spots.network.repairing import repaired


def stairs(steps: int) -> shapely.Polygon:
    """Squares that touch at corners, in one ring: as programs draw the cells of a grid."""
    up = [corner for one in range(steps) for corner in ((one, one), (one, one + 1))]
    down = [corner for one in range(steps - 1, 0, -1) for corner in ((one + 1, one), (one, one))]
    return shapely.Polygon([*up, (steps, steps), *down, (1, 0)])


def squares(side: int) -> shapely.MultiPolygon:
    cells = [shapely.box(x, y, x + 1, y + 1) for x in range(side) for y in range(side)]
    return shapely.MultiPolygon(cells)


def by_chance(corners: int) -> shapely.Polygon:
    chance = Random(1)
    ring = [(chance.uniform(30, 40), chance.uniform(50, 60)) for _ in range(corners)]
    return shapely.Polygon(ring)


def combs(teeth: int) -> shapely.MultiPolygon:
    """Two combs that lie across each other: each tooth crosses each."""
    up = [shapely.box(2 * one, 0, 2 * one + 1, 2 * teeth) for one in range(teeth)]
    across = [shapely.box(0, 2 * one, 2 * teeth, 2 * one + 1) for one in range(teeth)]
    return shapely.MultiPolygon([*up, *across])


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), 2),
        (shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)]), 6),
        (stairs(300), 300),
        (squares(30), 900),
    ],
    ids=["bow", "parts that overlap", "squares by their corners", "squares by their sides"],
)
def test_what_lies_within_any_part_is_the_area(shape, area):
    assert not shape.is_valid

    sound = repaired(shape)

    assert sound is not None
    assert sound.is_valid
    assert sound.area == pytest.approx(area)


@pytest.mark.parametrize(
    "shape",
    [
        by_chance(500),
        by_chance(20_000),
        combs(2000),
        shapely.Polygon([(0, 0), (1, 0), (1, 1)] * 4000),
    ],
    ids=["few corners", "many corners", "combs", "one triangle over and over"],
)
def test_what_crosses_without_end_is_left(shape):
    assert repaired(shape) is None
