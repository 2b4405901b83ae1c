"""The invented region: seeded, as large as asked for, one metropolis among small places."""

import numpy as np
import pytest

from heatmaps_project.demo.houses import Houses
from heatmaps_project.demo.settlements import Country, invent


@pytest.fixture(scope="module")
def region() -> Houses:
    return invent(300_000, seed=3)


def test_the_same_seed_gives_the_same_region_and_another_gives_another(region):
    again, other = invent(300_000, seed=3), invent(300_000, seed=4)

    for name, column in vars(again).items():
        assert (getattr(region, name) == column).all()
    assert len(other.lon) != len(region.lon)


def test_a_region_has_about_as_many_subscribers_as_asked_for(region):
    assert region.first[-1] == pytest.approx(300_000, rel=0.03)
    assert region.subscribers.min() > 0


def test_nearly_half_of_all_live_in_the_metropolis_and_few_in_a_village(region):
    people = np.bincount(region.town, region.subscribers)

    assert people.max() == people[0]
    assert people[0] / people.sum() == pytest.approx(Country().metropolis_share, abs=0.03)
    assert np.median(people) < 1000


def test_houses_of_a_town_hold_more_people_than_those_of_a_village(region):
    people = np.bincount(region.town, region.subscribers)
    per_house = people / np.bincount(region.town)

    assert per_house[0] > 3 * per_house[people < 1000].mean()


def test_the_region_is_as_wide_as_told(region):
    east, north = np.ptp(region.town_metres, axis=0)

    assert 80_000 < east < 120_000
    assert 80_000 < north < 120_000
