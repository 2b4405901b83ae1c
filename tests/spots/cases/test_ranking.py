"""Counters and priority of stored cases."""

from datetime import timedelta

import pytest

from spots.cases import transitions
from spots.cases.measures import members_of
from spots.cases.states import State
from spots.models import Case
from tests.factories import (
    NOW,
    make_complaint,
    make_customer,
    make_spot,
    make_topic,
    make_weights,
)

pytestmark = pytest.mark.django_db


def test_members_are_counted_by_distinct_customer_and_segment():
    vip = make_customer(segment="vip", ltv=90_000)
    complaints = [make_complaint(customer=vip), make_complaint(customer=vip)]
    complaints += [make_complaint(customer=make_customer(ltv=1000)), make_complaint(customer=None)]
    complaints += [make_complaint(withdrawn_at=NOW)]
    complaints[3].topic = make_topic("slow", severity=1)
    complaints[3].save()
    case, empty = make_spot(complaints=complaints), make_spot()

    members = members_of([case.pk, empty.pk])

    assert members[case.pk].by_segment == {"vip": 1, "mass": 1, "": 1}
    assert (members[case.pk].complaints, members[case.pk].customers) == (4, 3)
    assert members[case.pk].ltv == 91_000
    assert members[case.pk].severity == pytest.approx((4 + 4 + 4 + 1) / 4)
    assert members[empty.pk].customers == 0


def test_cases_that_are_worked_on_grow_more_urgent_as_they_age():
    make_weights(per_hour=10)
    working = make_spot(complaints=[make_complaint()], started_at=NOW)
    closed = make_spot(state=State.CLOSED, ended_at=NOW, started_at=NOW)

    assert transitions.refresh_priorities(now=NOW) == 1
    working.refresh_from_db()
    before = working.priority
    transitions.refresh_priorities(now=NOW + timedelta(hours=3))

    working.refresh_from_db()
    closed.refresh_from_db()
    assert working.priority == pytest.approx(before + 30)
    assert closed.priority == 0


def test_a_sweep_over_many_cases_takes_the_same_queries(django_assert_num_queries):
    for _ in range(12):
        make_spot(complaints=[make_complaint()])

    with django_assert_num_queries(10):  # one full batch and one empty, each in a transaction
        assert transitions.refresh_priorities(now=NOW, batch=100) == 12
    assert transitions.refresh_priorities(now=NOW, batch=5) == 12


def test_the_newest_weights_that_have_begun_to_count_are_in_force():
    make_weights(per_severity=0, per_hour=0, per_customer=7)
    case = make_spot(complaints=[make_complaint()])

    transitions.refresh_priorities(now=NOW)

    case = Case.objects.get(pk=case.pk)
    assert (case.priority, case.priority_parts) == (7, [["customers", 1, 7.0]])
