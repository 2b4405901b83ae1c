"""The still picture of the street map, for pages without scripts."""

import re

import pytest
from django.contrib.gis.geos import LineString, Point, Polygon

from spots.maps import picture
from spots.maps.picture import HEIGHT, WIDTH, picture_of
from spots.models import BaseFeature

pytestmark = pytest.mark.django_db

PLACE = Point(37.601, 55.7505, srid=4326)


def lay(layer: str, cls: str, *degrees: tuple[float, float], name: str = "") -> None:
    shape = LineString(degrees, srid=4326) if layer == "roads" else Polygon(degrees, srid=4326)
    shape.transform(3857)
    BaseFeature.objects.create(layer=layer, cls=cls, name=name, shape=shape)


def ends(path: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of a line that is written with absolute numbers."""
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", path)]
    return (numbers[0], numbers[1]), (numbers[-2], numbers[-1])


def test_where_no_map_is_laid_there_is_no_picture():
    assert picture_of(PLACE) is None


def test_houses_lie_on_parks_and_under_streets():
    lay("roads", "primary", (37.59, 55.7505), (37.61, 55.7505))
    lay("buildings", "", (37.6, 55.75), (37.601, 55.75), (37.601, 55.7502), (37.6, 55.75))
    lay("areas", "park", (37.59, 55.74), (37.61, 55.74), (37.61, 55.76), (37.59, 55.74))

    drawn = picture_of(PLACE)

    assert drawn is not None
    assert [shape.css for shape in drawn.shapes] == ["green", "house", "road"]


def test_the_place_is_in_the_middle_and_north_is_up():
    lay("roads", "primary", (37.601, 55.7505), (37.601, 55.752), name="Ленина")

    drawn = picture_of(PLACE)

    assert drawn is not None
    (x, y), (end_x, end_y) = ends(drawn.names[0].path)
    assert (x, y) == pytest.approx((WIDTH / 2, HEIGHT / 2), abs=0.5)
    assert end_x == pytest.approx(WIDTH / 2, abs=0.5)
    assert end_y < HEIGHT / 2


def test_a_name_is_read_from_left_to_right_and_stands_once():
    lay("roads", "primary", (37.606, 55.7505), (37.596, 55.7505), name="Ленина")
    lay("roads", "primary", (37.6, 55.7515), (37.601, 55.7515), name="Ленина")

    drawn = picture_of(PLACE)

    assert drawn is not None
    assert [street.name for street in drawn.names] == ["Ленина"]
    (x, _), (end_x, _) = ends(drawn.names[0].path)
    assert 0 <= x < end_x <= WIDTH


def test_a_name_longer_than_its_street_is_left_out():
    lay("roads", "primary", (37.601, 55.7505), (37.6012, 55.7505), name="Преображенская")

    drawn = picture_of(PLACE)

    assert drawn is not None
    assert drawn.names == []


def test_a_crowded_place_is_drawn_within_bounds(monkeypatch):
    monkeypatch.setattr(picture, "MOST", 5)
    for number in range(9):
        north = 55.7500 + number / 10_000
        lay("roads", "primary", (37.6, north), (37.602, north))

    drawn = picture_of(PLACE)

    assert drawn is not None
    assert len(drawn.shapes) == 5
