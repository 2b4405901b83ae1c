"""Walls and what is of no brand or in no region: of each table, whether all see it."""

import pytest

from complaints.customers.walls import Walls
from tests.factories import (
    make_article,
    make_brand,
    make_complaint,
    make_policy,
    make_region,
    make_rule,
    make_survey,
    make_trial,
)

pytestmark = pytest.mark.django_db


def _seen(row, **place) -> bool:
    """Whether a reader of one brand and region sees a row that is of this brand, or there."""
    mine = Walls(frozenset({make_brand().pk}), frozenset({make_region().pk}))
    rows = type(row).objects.filter(pk=row.pk)
    rows.update(**place)
    return rows.within(mine).exists()


@pytest.mark.parametrize(
    "make", [make_article, make_policy, make_rule, lambda: make_survey("touch")]
)
def test_what_is_of_no_brand_is_everybodys(make):
    row = make()

    assert _seen(row, brand=None)
    assert _seen(row, brand=make_brand())
    assert not _seen(row, brand=make_brand("rival"))


@pytest.mark.parametrize("make", [make_complaint, make_policy, make_rule])
def test_what_is_in_no_region_is_seen_by_all_who_see_its_brand(make):
    row = make()

    assert _seen(row, brand=make_brand(), region=None)
    assert _seen(row, region=make_region())
    assert not _seen(row, region=make_region("tver", lon=36))
    assert not _seen(row, brand=make_brand("rival"), region=None)


def test_a_trial_stands_behind_both_walls():
    row = make_trial()

    assert _seen(row, brand=make_brand(), region=make_region())
    assert not _seen(row, brand=make_brand("rival"))
    assert not _seen(row, brand=make_brand(), region=make_region("tver", lon=36))
