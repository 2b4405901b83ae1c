"""Whether a fix has held: a disc's complaints since, against what is usual there."""

from typing import Any

import numpy as np
import pytest

from spots.detection.afterwards import Aftermath, Disc, Evidence
from spots.detection.rules import Rule
from tests.spots.detection.world import NOW_H, make_arrivals, make_baseline

HOME = Disc(0.0, 0.0, radius_m=600.0, key=0)  # 203 of 10,000 subscribers
FAR_AWAY = 3  # place
Rows = list[tuple[float, float, int, int, int]]


def rush(count: int, *, at: float = 2.0, place: int = 0, topic: int = 0) -> Rows:
    """Complaints of different customers, a minute apart."""
    return [(at + number / 60, 0.0, place, 100 * place + number, topic) for number in range(count)]


def told(rows: Rows, *, disc: Disc = HOME, hours: float = 12.0, **asked: Any) -> Evidence | None:
    """What shows, so many hours after NOW_H, that complaints go on."""
    baseline = make_baseline(**asked.pop("baseline", {}))
    seen = make_arrivals(sorted(rows))
    aftermath = Aftermath(seen, baseline, Rule(), since_h=NOW_H, now_h=NOW_H + hours)
    limits = {"since_h": NOW_H, "until_h": NOW_H + 24, "high_at": 4.0, **asked}
    return aftermath.still_high(disc, **limits)


def test_the_first_customer_who_is_too_many_is_the_evidence():
    found = told(rush(9))

    assert found is not None
    assert found.customers == 4
    assert found.hours == pytest.approx(2 + 3 / 60)
    assert found.expected == pytest.approx(0.0203 * found.hours, rel=1e-3)
    assert found.score >= 4


@pytest.mark.parametrize("hours", [2.1, 5, 12, 23, 40])
def test_the_answer_is_the_same_whenever_one_looks(hours):
    assert told(rush(9), hours=hours) == told(rush(9), hours=12)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="nothing"),
        pytest.param(rush(2), id="too few customers"),
        pytest.param([(2 + n / 60, 0.0, 0, 7, 0) for n in range(9)], id="one customer"),
        pytest.param(rush(9, place=FAR_AWAY), id="elsewhere"),
        pytest.param(rush(9, topic=1), id="of another topic"),
        pytest.param([(1.0, 2.0, 0, n, 0) for n in range(9)], id="from before"),
        pytest.param(rush(9, at=24.5), id="after the time"),
    ],
)
def test_what_shows_nothing(rows):
    assert told(rows, hours=30) is None


def test_all_topics_count_where_the_disc_is_of_all():
    every = Disc(0.0, 0.0, radius_m=600.0, key=2)

    assert told(rush(3) + rush(3, topic=1, at=4), disc=every) is None  # three who say it twice
    assert told([(2 + n / 60, 0.0, 0, n, n % 2) for n in range(6)], disc=every) is not None


def test_a_baseline_that_still_learns_needs_a_margin_more():
    found = told(rush(9), high_at=5.0)
    young = told(rush(9), high_at=5.0, baseline={"history_h": 200.0})

    assert found is not None
    assert young is not None
    assert young.customers > found.customers
    assert young.score >= 6


def test_where_a_whole_region_complains_more_more_is_usual():
    # Sixty an hour instead of one, in all places: an hour long.
    everywhere = [(1 + n / 60, 0.0, FAR_AWAY, 1000 + n, 0) for n in range(60)]
    zones = {"zones": np.array([[20_000.0, 0.0]]), "zone_share": np.ones(1)}

    calm = told(rush(5), high_at=2.0, baseline=zones)
    busy = told(rush(5) + everywhere, high_at=2.0, baseline=zones)

    assert calm is not None
    assert busy is None or busy.expected > 2 * calm.expected
