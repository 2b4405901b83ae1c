"""Customers whom fixes helped, each counted once."""

from datetime import timedelta

import pytest

from heatmaps_project.supervision import figures
from tests.factories import (
    NOW,
    make_cause,
    make_complaint,
    make_complaints,
    make_customer,
    make_customers,
    make_fixed_spot,
    make_message,
    make_spot,
)
from tests.heatmaps_project.supervision.test_figures import lived, scope

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_customers_helped_are_counted_once_those_who_complained_and_those_who_did_not():
    twice, withdrew, left, asleep = (make_customer() for _ in range(4))
    closed = {"state": "closed", "ended_at": NOW - HOUR, "fixed_at": NOW - DAY}
    for _ in range(2):
        spot = make_fixed_spot(twice, **closed)
    make_fixed_spot(make_customer(), **{**closed, "ended_at": NOW - 40 * DAY})
    make_fixed_spot(make_customer())  # not proven yet
    gone = make_complaint(customer=withdrew, withdrawn_at=NOW)
    out = make_complaint(customer=left)
    spot.memberships.create(complaint=gone, since=NOW - 2 * DAY)
    spot.memberships.create(complaint=out, since=NOW - 3 * DAY, until=NOW - 2 * DAY)
    neighbour = make_customer()
    for reason, customer, at in (
        ("area_fixed", neighbour, NOW),
        ("area_fixed", neighbour, NOW - HOUR),
        ("area", make_customer(), NOW),
        ("area_fixed", asleep, None),
        ("area_fixed", make_customer(), NOW - 40 * DAY),
    ):
        of = lived(NOW - DAY, state="closed", fixed_at=NOW, ended_at=NOW - 40 * DAY)
        state = "handed_over" if at else "held"
        make_message(case=of, customer=customer, reason=reason, state=state, handed_over_at=at)

    found = figures.helped(scope())

    assert (found.complained, found.unasked) == (1, 1)


def test_hundreds_of_complainants_are_counted_each_once_and_as_often_asked(
    django_assert_num_queries,
):
    closed = {"state": "closed", "ended_at": NOW - HOUR, "fixed_at": NOW - DAY}
    asked = []
    for many in (3, 500):
        customers = make_customers([{}] * many)
        for _ in range(2):  # an outage, and its return
            rows = make_complaints([{"customer": one} for one in customers])
            make_spot(complaints=rows, cause=make_cause(), **closed)
        with django_assert_num_queries(2) as queries:
            asked.append(figures.helped(scope()).complained)
        assert all("DISTINCT" in one["sql"] for one in queries)

    assert asked == [3, 503]
