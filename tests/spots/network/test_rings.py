"""Areas made light enough for a page."""

import numpy as np
import pytest
import shapely

from spots.network.rings import rings_of


def circle(corners: int, *, radius: float = 0.1, lon: float = 37.0):
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return shapely.Polygon(np.column_stack([lon + radius * np.cos(turn), radius * np.sin(turn)]))


def corners_of(polygons) -> int:
    return sum(len(ring) for rings in polygons for ring in rings)


def test_a_light_area_is_drawn_as_it_is_to_a_metre():
    square = shapely.box(37.1234567, 55.0, 37.2, 55.1)

    ((ring,),) = rings_of(square, most=100)

    assert sorted(map(tuple, ring))[0] == (37.12346, 55.0)
    assert ring[0] == ring[-1]


def test_a_heavy_area_is_simplified_and_keeps_its_size():
    drawn = rings_of(circle(50_000), most=200)

    assert 20 < corners_of(drawn) <= 200
    assert shapely.Polygon(drawn[0][0]).area == pytest.approx(np.pi * 0.01, rel=0.05)


def test_the_smallest_of_too_many_polygons_are_left_out():
    many = shapely.MultiPolygon(
        [circle(20, radius=0.001 * (n + 1), lon=37.0 + n) for n in range(100)]
    )

    drawn = rings_of(many, most=100)

    assert corners_of(drawn) <= 100
    widths = [np.ptp([lon for lon, _ in rings[0]]) for rings in drawn]
    assert min(widths) > 0.15


def test_holes_stay_holes_while_there_is_room():
    ring = circle(100).difference(circle(100, radius=0.05))

    ((outer, inner),) = rings_of(ring, most=500)

    assert shapely.Polygon(outer, [inner]).area == pytest.approx(ring.area, rel=0.01)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(1, 1),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon(),
        shapely.GeometryCollection(),
    ],
    ids=["point", "line", "nothing", "no parts"],
)
def test_what_is_no_area_is_not_drawn(shape):
    assert rings_of(shape, most=100) == []


def test_an_area_that_crosses_itself_is_drawn_as_what_it_encloses():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])

    assert len(rings_of(bow, most=100)) == 2
