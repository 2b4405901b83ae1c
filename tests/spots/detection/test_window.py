"""The window's neighbours, against looking at each complaint."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spots.detection.window import Window
from tests.spots.detection.world import make_arrivals

RADIUS_M = 3000.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), most=st.sampled_from([3, 1000]))
def test_neighbours_are_the_scored_complaints_within_the_radius_and_the_time(seed, most):
    rng = np.random.default_rng(seed)
    window = Window(square_m=RADIUS_M, most_of_place=most)
    many = int(rng.integers(1, 400))
    stream = make_arrivals([(0.5 * i, rng.exponential(20), 0, i, 0) for i in range(many)])
    places = rng.normal(0, 4000, (30, 2))
    place = rng.integers(0, 30, many)
    stream = replace(stream, point=places[place], coordinate=place)
    scored = rng.uniform(size=many) < 0.9
    for row in range(many):
        window.drop_before(stream.received_h[row] - 74)
        window.add(
            stream.at([row]), placed=scored[[row]], scored=scored[[row]], zone=np.zeros(1, np.int64)
        )
        last = len(window) - 1
        if not scored[row]:
            continue
        window.enlist(np.array([last]))
        since = stream.received_h[row] - 72
        found, away = window.near(last, radius_m=RADIUS_M, since_h=since)

        near = np.hypot(*(stream.point - stream.point[row]).T) <= RADIUS_M
        near &= scored & (np.arange(many) <= row)
        near &= stream.received_h >= stream.received_h[row] - 74
        rows = np.flatnonzero(near)
        of_place = [rows[place[rows] == one][-most:] for one in np.unique(place[rows])]
        by_hand = np.concatenate(of_place)
        by_hand = by_hand[stream.occurred_h[by_hand] >= since]
        assert sorted(window["id"][found]) == sorted(stream.id[by_hand])
        assert (np.diff(window["occurred_h"][found]) <= 0).all()
        assert np.allclose(away, np.hypot(*(window.points(found) - stream.point[row]).T))


def test_a_million_complaints_take_less_than_200_bytes_each():
    window = Window(square_m=RADIUS_M, most_of_place=1000)
    many = 1_000_000
    rng = np.random.default_rng(1)
    hour = np.arange(many) / many
    stream = make_arrivals([(0.0, 0.0, 0, 0, 0)]).at(np.zeros(many, np.int64))
    stream = replace(stream, received_h=hour, point=rng.normal(0, 20_000, (many, 2)))
    every = np.ones(many, np.bool_)
    window.add(stream, placed=every, scored=every, zone=np.zeros(many, np.int64))
    window.enlist(np.arange(many))

    columns = sum(column.nbytes for column in window._columns.values())
    squares = sum(square._room.nbytes + 200 for square in window._squares.values())
    assert (columns + squares) / many < 200
