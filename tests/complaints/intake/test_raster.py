"""The raster that points are drawn to: 100 m wide at every latitude, the same when drawn again."""

from math import cos, radians

import numpy as np
import pytest
from django.db import connection

from complaints.intake.raster import OnRaster

pytestmark = pytest.mark.django_db

DEGREE_M = 111_195.08
DRAWN = OnRaster.template % {"expressions": "point"}


def drawn(points: np.ndarray) -> np.ndarray:
    """(n, 2) degrees east and north, drawn to the raster."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT ST_X(there), ST_Y(there) FROM (
                SELECT n, {DRAWN} AS there FROM (
                    SELECT n, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point
                    FROM unnest(%s::float[], %s::float[]) WITH ORDINALITY AS t (lon, lat, n)
                ) AS points
            ) AS found ORDER BY n
            """,
            [points[:, 0].tolist(), points[:, 1].tolist()],
        )
        return np.array(cursor.fetchall())


def metres(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """East and north from one to the other, on a sphere."""
    north = (b[:, 1] - a[:, 1]) * DEGREE_M
    east = (b[:, 0] - a[:, 0]) * DEGREE_M * np.cos(np.radians(a[:, 1]))
    return np.column_stack([east, north])


def test_a_point_moves_by_half_a_step_at_most_at_every_latitude_and_never_twice():
    chance = np.random.default_rng(7)
    points = np.column_stack([chance.uniform(-180, 180, 3000), chance.uniform(-89, 89, 3000)])

    there = drawn(points)

    assert np.abs(metres(there, points)).max() <= 50.01
    assert (drawn(there) == there).all()
    edges = np.array([[180, 0], [-180, 70], [37.6, 90], [0, -90], [179.9999, 89.9999]], float)
    assert (np.abs(drawn(edges)) <= [180, 90]).all()
    assert (drawn(drawn(edges)) == drawn(edges)).all()


@pytest.mark.parametrize("latitude", [0.0, 43.1, 55.75, 69.0, 78.2, -54.8])
def test_a_square_kilometre_has_a_hundred_places(latitude):
    aside = 1000 / (DEGREE_M * cos(radians(latitude)))
    east, north = np.meshgrid(np.linspace(0, aside, 101), np.linspace(0, 1000 / DEGREE_M, 101))
    points = np.column_stack([37.6 + east.ravel(), latitude + north.ravel()])

    places = len(np.unique(drawn(points), axis=0))

    assert 100 <= places <= 132  # with those at its edges, and rows that do not begin together


def test_nowhere_stays_nowhere():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {DRAWN} FROM (SELECT NULL::geometry AS point) AS t")
        assert cursor.fetchone() == (None,)
