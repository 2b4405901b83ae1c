"""Heat beside what the learnt baselines expect."""

from datetime import timedelta

import numpy as np
import pytest

from complaints.customers.walls import NO_WALLS, Walls
from spots.detection.arrivals import in_hours
from spots.detection.baseline import Baseline
from spots.detection.packing import pack
from spots.detection.rules import Learning
from spots.maps.grid import Tile
from spots.maps.shaping import Asked
from spots.maps.usual import cells_of, coarser, expected, in_cells, together
from spots.models import Attractor, LearntBaseline, Watch
from spots.watching.reading import Place
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_complaints,
    make_customer,
    make_region,
    make_rule,
    make_topic,
)
from tests.spots.maps.mvt import data_tile, read

WEEK_H = 168.0
HERE = np.array([CENTRE])


def baseline(points, buildings, *, rate=1.0, subscribers=100) -> Baseline:
    """`rate` complaints of one topic an hour, in a history at these points in metres."""
    return Baseline(
        rate=np.full((2, 168), rate),
        point=points,
        counts=np.ones((len(points), 2), dtype=np.bool_),
        buildings=buildings,
        subscribers=np.full(len(buildings), subscribers),
        attractors=np.empty(0, np.int64),
        explained=0.01,
        zones=np.zeros((1, 2)),
        zone_share=np.ones(1),
        learnt_at_h=in_hours(NOW),
        history_h=8 * WEEK_H,
        learning=Learning(),
    )


def usual(places, **fields):
    metres = np.zeros((len(places), 2))
    return in_cells(baseline(metres, metres, **fields), (places, places))


def test_a_week_brings_the_rate_of_its_hours_in_all_cells_together():
    places = np.concatenate(
        [HERE + np.array([east, 0]) for east in (0, 0.1, 0.2) for _ in range(100)]
    )

    found = expected(usual(places), keys=[-1], zoom=13, since_h=0, until_h=WEEK_H)

    assert len(found.cell) == 3
    assert found.mean.sum() == pytest.approx(168, rel=0.05)
    assert found.mean == pytest.approx(np.full(3, 56), rel=0.05)


def test_part_of_an_hour_brings_its_part():
    found = expected(usual(np.repeat(HERE, 50, 0)), keys=[-1], zoom=13, since_h=0.25, until_h=0.75)

    assert found.mean.sum() == pytest.approx(0.5, rel=0.05)


def test_what_is_expected_of_a_coarse_cell_is_that_of_the_fine_ones_in_it():
    east = np.repeat([0, 0.01], 500)
    places = HERE + np.column_stack([east, 0 * east])

    fine, coarse = (
        expected(usual(places), keys=[-1], zoom=zoom, since_h=0, until_h=WEEK_H) for zoom in (13, 5)
    )

    assert (len(fine.cell), len(coarse.cell)) == (2, 1)
    assert coarse.mean.sum() == pytest.approx(fine.mean.sum(), rel=0.01)
    assert list(coarse.cell) == list(set(coarser(cells_of(places), 5)))


def test_expectations_of_several_baselines_add_up():
    one = expected(usual(np.repeat(HERE, 50, 0)), keys=[-1], zoom=13, since_h=0, until_h=10)

    both = together([one, one])

    assert both.cell.tolist() == one.cell.tolist()
    assert both.mean == pytest.approx(2 * one.mean)


@pytest.fixture(name="watch")
def _watch(db) -> Watch:
    """A hundred complaints a week are usual at CENTRE, and as many 6 km to the east."""
    region = make_region()
    rule = make_rule(active=True)
    watch = Watch.objects.create(brand=make_brand(), region=region, rule=rule)
    place = Place(watch.brand_id, region, ())
    lon, lat = np.repeat([[37.6, 37.7], [55.75, 55.75]], 400, axis=1)
    points = place.projection.metres(lon, lat)
    learnt = LearntBaseline.objects.create(
        watch=watch,
        learnt_at=NOW,
        history_days=56,
        complaints=800,
        learning=False,
        open_at=4,
        topics=[make_topic().pk],
        arrays=pack(baseline(points, points, rate=200 / WEEK_H)),
    )
    watch.baseline = learnt
    watch.save()
    return watch


TILE = Tile(9, 309, 160)


def drawn(tile=TILE, **fields):
    whole = {"walls": NO_WALLS, "now": NOW, "since": NOW - timedelta(days=7), **fields}
    return read(data_tile(tile, Asked(**whole), layers=["surplus"])).get("surplus", [])


def complain(times: int, *, lon: float = CENTRE[0], **fields) -> None:
    made = [
        {"lon": lon, "occurred_at": NOW - timedelta(hours=i % 150), **fields} for i in range(times)
    ]
    make_complaints(made)


@pytest.mark.django_db
def test_a_place_with_far_more_than_usual_is_drawn_and_a_quiet_one_as_less(watch):
    complain(300)

    more, less = sorted(drawn(), key=lambda cell: -cell.props["sigmas"])

    assert more.props["observed"] == 300
    assert more.props["expected"] == pytest.approx(100, rel=0.1)
    assert more.props["sigmas"] > 5
    assert less.props["observed"] == 0
    assert less.props["sigmas"] < -2


@pytest.mark.django_db
def test_what_is_usual_is_not_drawn(watch):
    complain(100)
    complain(105, lon=37.7)

    assert drawn() == []


@pytest.mark.django_db
def test_one_customer_counts_once_a_day(watch):
    complain(100, lon=37.7)
    complain(100)
    caller = make_customer()
    make_complaints([{"customer": caller, "occurred_at": NOW} for _ in range(300)])

    assert drawn() == []


@pytest.mark.django_db
def test_complaints_at_an_attractor_count_for_none(watch):
    complain(100, lon=37.7)
    complain(300)
    Attractor.objects.create(
        brand=watch.brand,
        region=watch.region,
        coordinate=1,
        point=make_complaints([{}])[0].point,
        verdict="added",
    )

    assert [cell.props["observed"] for cell in drawn()] == [0]


@pytest.mark.django_db
def test_where_nothing_has_been_learnt_nothing_is_drawn():
    complain(300)

    assert drawn() == []


@pytest.mark.django_db
def test_what_is_above_the_usual_keeps_to_the_readers_walls(watch):
    complain(300)
    other = Walls(brands=frozenset({make_brand("other").pk}), regions=None)

    assert drawn(walls=other) == []


@pytest.mark.django_db
def test_a_topic_is_compared_with_its_own_usual(watch):
    complain(300, topic=make_topic("slow"))

    assert drawn(topics=frozenset({"slow"})) == []  # the baseline does not know it
    assert [cell.props["observed"] for cell in drawn(topics=frozenset({"no_signal"}))] == [0, 0]
