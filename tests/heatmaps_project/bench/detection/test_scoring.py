"""How spots are judged: each rule on a case small enough to count by hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from shapely import Point

from heatmaps_project.bench.detection.scenario import Truth, moment_of
from heatmaps_project.bench.detection.scoring import Measures, overlap, score
from heatmaps_project.demo.houses import Houses
from heatmaps_project.demo.records import HOUSE, NONE, Complaints, Outage, Stream

BEGAN_H, ENDED_H = 10.0, 20.0
HOUSES = Houses(
    lon=np.tile(37.6 + np.arange(30) * 1e-3, 30),
    lat=np.repeat(55.7 + np.arange(30) * 1e-3, 30),
    subscribers=np.full(900, 10),
    town=np.zeros(900, dtype=np.int64),
)
OUTAGE = Outage(
    lon=37.615,
    lat=55.715,
    radius_m=500.0,
    began_h=BEGAN_H,
    lasts_h=ENDED_H - BEGAN_H,
    topic=0,
    complaining=0.01,
)
SQUARE = [[37.61, 55.71], [37.62, 55.71], [37.62, 55.72], [37.61, 55.72], [37.61, 55.71]]

# Complaint 0 … 9: usual ones before the outage; 10 … 15: of six customers in it; then usual ones.
BEFORE = [(100 + i, 5.0 + i / 10, NONE) for i in range(10)]
DURING = [(i, 11.0 + i / 10, 0) for i in range(6)]
AFTER = [(200 + i, 12.0 + i / 10, NONE) for i in range(20)]
OF_OUTAGE, USUAL = list(range(10, 16)), list(range(16, 36))


def truth(rows: Sequence[tuple[int, float, int]] = (*BEFORE, *DURING, *AFTER)) -> Truth:
    """Two days with one outage; `rows` are customer, hour and outage of each complaint."""
    customer, hour, outage = (np.array(column) for column in zip(*rows, strict=True))
    there = np.full(len(rows), OUTAGE.lon), np.full(len(rows), OUTAGE.lat)
    alike = np.zeros(len(rows), dtype=np.int64)
    told = Complaints(customer, hour, hour, *there, alike + HOUSE, alike, outage, alike > 0)
    return Truth(HOUSES, Stream(told, (OUTAGE,)), since_h=0.0, until_h=48.0)


def shown(at_h: float, members: list[int], spot: str = "1") -> dict[str, Any]:
    """What a backtest writes of an open spot."""
    return {
        "at": moment_of(at_h),
        "spot": spot,
        "state": "open",
        "members": members,
        "outline": SQUARE,
    }


def gone(at_h: float, spot: str = "1") -> dict[str, Any]:
    return {"at": moment_of(at_h), "spot": spot, "state": "dormant"}


def judged(*lines: dict[str, Any], of: Truth | None = None) -> Measures:
    return score(of or truth(), lines, tick_h=0.25)


def test_a_spot_with_three_customers_of_an_outage_finds_it():
    measures = judged(shown(13.0, OF_OUTAGE[:3]))

    assert (measures.outages, measures.spots, measures.f1) == (1, 1, 1.0)
    assert measures.recall_5_9 == 1.0
    assert measures.hours_median == 3.0


def test_a_spot_with_two_of_them_is_false():
    measures = judged(shown(13.0, OF_OUTAGE[:2]))

    assert (measures.recall_5_9, measures.f1) == (0.0, 0.0)
    assert measures.false_spots == pytest.approx(1 / (2 / 7) / (9000 / 1e6))


def test_a_customer_counts_once_however_often_it_complains():
    again = truth([*BEFORE, *DURING, *((0, 12.0 + i / 10, 0) for i in range(5))])

    assert judged(shown(13.0, [10, 11, 16, 17, 18, 19, 20]), of=again).recall_5_9 == 0.0


def test_a_spot_less_than_thirty_percent_of_the_outage_is_false():
    assert judged(shown(15.0, OF_OUTAGE[:3] + USUAL[:7])).recall_5_9 == 1.0
    assert judged(shown(15.0, OF_OUTAGE[:3] + USUAL[:8])).recall_5_9 == 0.0


def test_members_of_before_the_outage_do_not_count_against_a_spot():
    assert judged(shown(13.0, [*range(10), *OF_OUTAGE[:3]])).recall_5_9 == 1.0


def test_an_outage_found_two_hours_after_its_end_is_missed_but_the_spot_is_not_false():
    assert judged(shown(ENDED_H + 2, OF_OUTAGE)).recall_5_9 == 1.0

    measures = judged(shown(ENDED_H + 2.25, OF_OUTAGE))
    assert (measures.recall_5_9, measures.false_spots) == (0.0, 0.0)


def test_a_spot_that_begins_a_day_after_the_outage_is_false():
    assert judged(shown(ENDED_H + 24.25, OF_OUTAGE)).false_spots > 0


def test_an_outage_with_four_well_placed_customers_need_not_be_found():
    four = truth()
    misplaced = np.isin(np.arange(36), OF_OUTAGE[:2])
    told = replace(four.stream.complaints, misplaced=misplaced)
    measures = judged(of=replace(four, stream=replace(four.stream, complaints=told)))

    assert measures.outages == 0
    assert np.isnan(measures.recall_5_9)


def test_two_spots_that_hit_one_outage_are_two_identities():
    measures = judged(shown(13.0, OF_OUTAGE[:3]), shown(14.0, OF_OUTAGE[3:], spot="2"))

    assert measures.ids == 2.0
    assert measures.switches == 0.0  # of equals the first in the order of names leads


def test_an_outage_led_by_another_spot_than_before_has_switched():
    measures = judged(shown(13.0, OF_OUTAGE[:3]), shown(14.0, OF_OUTAGE[2:], spot="2"))

    assert (measures.ids, measures.switches) == (2.0, 1.0)


def test_a_spot_no_longer_open_leads_no_more():
    lines = shown(13.0, OF_OUTAGE), gone(14.0), shown(15.0, OF_OUTAGE[:3], spot="2")

    assert judged(*lines).switches == 1.0


def test_a_member_received_after_the_line_was_written_is_from_the_future():
    assert judged(shown(11.2, OF_OUTAGE)).from_future == 3
    assert judged(shown(11.5, OF_OUTAGE)).from_future == 0


def test_the_outline_compared_is_of_the_moment_with_most_customers():
    many = truth([(i, 11.0 + i / 10, 0) for i in range(12)])
    elsewhere = [[0.5 + lon, lat] for lon, lat in SQUARE]
    small = {**shown(13.0, list(range(5))), "outline": elsewhere}

    measures = judged(small, shown(14.0, list(range(12))), of=many)
    assert measures.iou_area > 0.5
    assert measures.iou_subscribers > 0.5


def test_the_overlap_of_equal_circles_a_radius_apart_is_known():
    # Lens of two unit circles at distance 1: 2π/3 - √3/2.
    lens = 2 * np.pi / 3 - np.sqrt(3) / 2
    ring = np.array(Point(0, 0).buffer(1000.0, quad_segs=256).exterior.coords)
    disc = Point(1000.0, 0).buffer(1000.0, quad_segs=256)
    houses = np.array([[500.0, 0.0], [-500.0, 0.0], [1500.0, 0.0], [5000.0, 0.0]])

    people, area = overlap(ring, disc, houses, np.array([6, 3, 1, 100]))

    assert area == pytest.approx(lens / (2 * np.pi - lens), rel=1e-3)
    assert people == pytest.approx(6 / 10)
