"""What is usual: by hour and weekday, and by disc."""

from functools import partial

import numpy as np
import pytest

from spots.detection.arrivals import HOUSE, LOCALITY, Arrivals, arrivals, coordinates
from spots.detection.attractors import (
    customers_allowed,
    customers_explained,
    find_attractors,
)
from spots.detection.baseline import HOURS, learn, weekly_rate
from spots.detection.discs import Discs
from spots.detection.rules import Learning
from spots.detection.surge import surge
from tests.spots.detection.world import NOW_H, PLACES, make_baseline

WEEK_H = 168
NOBODY = np.empty((0, 2)), np.empty(0, dtype=np.int64)
ORIGIN = np.array([[0.0, 0.0]])


def make_history(occurred_h: np.ndarray, **columns: object) -> Arrivals:
    """Complaints of many customers at one place."""
    many = len(occurred_h)
    usual = {
        "ids": range(many),
        "customers": range(many),
        "occurred_h": occurred_h,
        "received_h": occurred_h,
        "point": np.zeros((many, 2)) + 5.0 * np.arange(many)[:, None],
        "topic": np.zeros(many, dtype=np.int64),
        "precision": np.full(many, HOUSE),
    }
    return arrivals(**{**usual, **columns})


def test_the_rate_is_the_hours_level_times_the_weekdays_factor():
    whole_weeks = NOW_H + np.arange(4 * WEEK_H)
    noon = whole_weeks[(whole_weeks % 24) == 12]
    sunday = (noon - NOW_H) // 24 % 7 == 6
    occurred = np.concatenate([np.repeat(noon, 2), np.repeat(noon[sunday], 2)]) + 0.5

    rate = weekly_rate(occurred, NOW_H, NOW_H + 4 * WEEK_H, 0.05)

    assert rate.shape == (HOURS,)
    assert rate[12] == pytest.approx(2.0)  # Monday
    assert rate[6 * 24 + 12] == pytest.approx(4.0)  # Sunday
    assert rate.sum() == pytest.approx(6 * 2 + 4)


def test_two_days_of_outage_in_forty_do_not_raise_the_hours_level():
    hours = NOW_H + np.arange(42 * 24)
    outage = NOW_H + np.array([3 * 24 + 9, 22 * 24 + 9])
    occurred = np.concatenate([hours, np.repeat(outage, 40)]) + 0.5

    rate = weekly_rate(occurred, NOW_H, NOW_H + 42 * 24, 0.05)

    assert rate.reshape(7, 24)[:, 9].mean() == pytest.approx(1.0, abs=0.05)


def test_less_than_a_day_of_history_is_a_mere_mean():
    rate = weekly_rate(NOW_H + np.array([1.0, 2.0, 3.0]), NOW_H, NOW_H + 6, 0.05)

    assert (rate == 0.5).all()


def test_the_share_of_a_disc_is_the_posterior_of_subscribers_and_history():
    # 200 of 10,000 subscribers within 300 m; 7 of 40 complaints of topic 0; 10 of 60 of all
    history = np.vstack([np.zeros((10, 2)), np.full((50, 2), 50_000.0)])
    counts = np.zeros((60, 3), dtype=np.bool_)
    counts[:7, 0] = counts[10:43, 0] = counts[:, 2] = True
    baseline = make_baseline(point=history, counts=counts)

    share, shape = baseline.share(ORIGIN[0], [0, 2], (300.0,))

    prior = 203 / 10_000
    assert share[0, 0] == pytest.approx((3 + 7) / (3 / prior + 40))
    assert share[1, 0] == pytest.approx((3 + 10) / (3 / prior + 60))
    assert shape[:, 0] == pytest.approx([1 / (1 / 10 + 0.02), 1 / (1 / 13 + 0.02)])


def test_a_young_baseline_trusts_subscribers_alone():
    history = np.zeros((60, 2)), np.ones((60, 3), dtype=np.bool_)
    baseline = make_baseline(point=history[0], counts=history[1], history_h=200.0)

    share, shape = baseline.share(ORIGIN[0], [0, 2], (300.0,))

    assert baseline.young
    assert share[0, 0] == pytest.approx(203 / 10_000)
    assert shape[0, 0] == pytest.approx(1 / (1 / 3 + 0.02))


def test_without_subscribers_the_history_around_stands_in():
    history = np.vstack([np.zeros((60, 2)), np.full((40, 2), 50_000.0)])
    baseline = make_baseline(
        point=history,
        counts=np.ones((100, 3), dtype=np.bool_),
        buildings=NOBODY[0],
        subscribers=NOBODY[1],
        history_h=200.0,
    )

    share, _ = baseline.share(ORIGIN[0], [0, 2], (300.0,))

    assert share[1, 0] == pytest.approx((60 / 9 + 3) / 100)


def test_a_customer_counts_once_in_24_hours_and_topic():
    occurred = NOW_H - 200 + np.array([0.0, 5.0, 23.0, 25.0, 60.0])
    history = make_history(
        occurred, customers=[7] * 5, topic=np.array([0, 1, 0, 0, 0]), point=np.zeros((5, 2))
    )

    baseline = learn(history, topics=2, now_h=NOW_H, buildings=NOBODY[0], subscribers=NOBODY[1])

    assert baseline.counts.sum(axis=0).tolist() == [3, 1, 3]


def test_the_last_three_days_and_the_time_to_come_are_not_learnt_from():
    times = np.concatenate([NOW_H - 700 + np.arange(600), [NOW_H - 71, NOW_H - 1, NOW_H + 1]])

    baseline = learn(
        make_history(times), topics=1, now_h=NOW_H, buildings=NOBODY[0], subscribers=NOBODY[1]
    )

    assert not baseline.young
    assert baseline.counts[:, -1].sum() == 600
    assert baseline.history_h == 700


def test_without_history_nothing_may_open_and_nothing_breaks():
    baseline = learn(
        make_history(np.empty(0)),
        topics=1,
        now_h=NOW_H,
        buildings=NOBODY[0],
        subscribers=NOBODY[1],
    )

    assert baseline.blind
    assert baseline.rate.sum() == 0


def test_a_topic_beyond_those_known_is_refused():
    with pytest.raises(ValueError, match="Topics are numbered"):
        learn(
            make_history(np.array([NOW_H - 100]), topic=np.array([4])),
            topics=4,
            now_h=NOW_H,
            buildings=NOBODY[0],
            subscribers=NOBODY[1],
        )


@pytest.mark.parametrize(
    ("customers", "subscribers", "expected"),
    [
        pytest.param(30, 10, True, id="thirty customers in a house of ten"),
        pytest.param(4, 10, False, id="fewer than five are never one"),
        pytest.param(30, 9_000, False, id="a tower of thousands explains thirty"),
    ],
)
def test_an_attractor_has_more_customers_than_the_houses_near_explain(
    customers, subscribers, expected
):
    history = make_history(NOW_H - np.arange(float(customers)), point=np.zeros((customers, 2)))

    buildings = np.array([[100.0, 0.0], [5_000.0, 0.0]])
    people = np.array([subscribers, 10_000])
    allowed = partial(
        customers_allowed,
        near=Discs(buildings, people[:, None]),
        subscribers=people,
        explained=customers_explained(history, subscribers=people),
        learning=Learning(),
    )

    found = find_attractors(history, least=4, allowed=allowed)

    assert found.tolist() == (coordinates(ORIGIN).tolist() if expected else [])


def test_complaints_on_an_attractor_or_not_placed_leave_the_history():
    many = 40
    point = np.vstack([np.zeros((20, 2)), 10_000.0 + 100 * np.arange(20)[:, None] * np.ones(2)])
    precision = np.where(np.arange(many) == many - 1, LOCALITY, HOUSE)
    history = make_history(NOW_H - 600 + 10 * np.arange(many), point=point, precision=precision)

    baseline = learn(
        history,
        topics=1,
        now_h=NOW_H,
        buildings=np.vstack([PLACES, [[10_500.0, 10_500.0]]]),
        subscribers=np.array([10, 10, 10, 10, 5_000]),
    )

    assert baseline.attractors.tolist() == coordinates(ORIGIN).tolist()
    assert len(baseline.point) == 19


def test_a_surge_is_what_all_zones_share_and_one_zone_alone_is_none():
    share, usual = np.full(24, 1 / 24), np.array([48.0, 48.0, 48.0])
    everywhere, one_outage = np.full(24, 6), np.array([100] + [2] * 23)
    a_little = np.array([3] * 12 + [2] * 12)

    g = surge(np.stack([everywhere, one_outage, a_little]), share, usual, Learning())

    assert g.tolist() == pytest.approx([3.0, 1.0, 1.0])
