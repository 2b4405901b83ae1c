"""How many stay: the curve of the textbooks, its intervals, and those helped beside the others."""

from datetime import date, timedelta
from math import exp, log, sqrt

import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from complaints.calendar_months import shifted
from complaints.customers.walls import NO_WALLS
from complaints.models import MonthlyFact
from feedback.models import Message
from feedback.value.staying import staying
from feedback.value.survival import at, curve, difference, drawn
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customers,
    make_invitation,
    make_message,
    make_region,
    make_user,
)

APRIL = date(2026, 4, 1)


def test_it_is_the_estimate_of_the_textbooks():
    # Freireich's 21 on 6-MP (Kaplan and Meier in every textbook): weeks, and who was lost to view.
    left = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    seen = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}

    steps = {step.month: step for step in curve(left, seen)}

    told = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448, 35: 0.448}
    assert {month: round(steps[month].stay, 3) for month in told} == told
    assert [steps[month].at_risk for month in (1, 6, 7, 10, 23)] == [21, 21, 17, 15, 6]
    assert round(steps[10].deviation, 4) == 0.0963
    estimate = steps[10].estimate
    assert (round(estimate.low / 100, 3), round(estimate.high / 100, 3)) == (0.503, 0.889)


@given(
    st.dictionaries(st.integers(1, 12), st.integers(0, 9)),
    st.dictionaries(st.integers(1, 12), st.integers(0, 9)),
)
def test_a_curve_falls_inside_its_intervals_and_without_censoring_is_the_share(left, seen):
    if not sum(left.values()) + sum(seen.values()):
        return
    last = max(month for of in (left, seen) for month, n in of.items() if n)
    left, seen = ({m: n for m, n in of.items() if n} for of in (left, seen))
    steps = curve(left, seen)

    assert len(steps) == last
    stays = [step.stay for step in steps]
    assert stays == sorted(stays, reverse=True)
    for step in steps:
        one = step.estimate
        assert -1e-9 <= one.low <= one.value + 1e-9 <= one.high + 2e-9 <= 100 + 3e-9
    if set(seen) <= {last}:
        whole = sum(left.values()) + sum(seen.values())
        assert stays[-1] == pytest.approx(seen.get(last, 0) / whole)
    assert drawn(steps, months=12, width=900, height=260).count("V") == last


def test_of_too_few_nothing_is_said_and_two_groups_are_told_apart_or_not():
    loyal, leaving = curve({}, {12: 100}), curve({1: 20, 2: 10}, {12: 70})

    apart = difference(loyal, leaving, 3)
    assert (apart.value, apart.proven) == (pytest.approx(30), True)
    assert apart.half == pytest.approx(100 * 1.959964 * sqrt(0.7 * 0.3 / 100))
    assert not difference(curve({1: 1}, {12: 19}), curve({1: 2}, {12: 18}), 3).proven
    assert difference(loyal, curve({}, {12: 9}), 3) is None
    assert difference(loyal, curve({}, {2: 50}), 3) is None  # nobody was followed so long
    assert at(curve({1: 10}, {}), 1).estimate.high == 0
    reach = 1.959964 * sqrt(leaving[0].spread) / log(0.8)
    assert at(leaving, 1).estimate.low == pytest.approx(100 * 0.8 ** exp(-reach))


def lived(customer, *, months: int, left: bool) -> None:
    """Billing tells of a customer for so many months; in the last they left or not."""
    MonthlyFact.objects.bulk_create(
        MonthlyFact(customer=customer, month=shifted(APRIL, n), left=left and n == months - 1)
        for n in range(months)
    )


@pytest.mark.django_db
def test_those_helped_stand_beside_those_who_were_not_and_each_rating_has_its_curve(client):
    cache.clear()
    before, within = NOW - timedelta(days=9), NOW + timedelta(days=20)
    rival = make_brand("rival")
    people = make_customers([{}] * 24 + [{"brand": rival}] + [{}])
    *own, foreign, silent = people
    for number, customer in enumerate([*own, foreign]):
        make_complaint(customer=customer, occurred_at=before)
        helped = number < 12
        if helped or number == 23:  # the last of them is told when the period has begun
            message = make_message(customer=customer)
            told = before if helped else within
            Message.objects.filter(pk=message.pk).update(reason="fixed", handed_over_at=told)
        lived(customer, months=6, left=False) if helped else lived(
            customer, months=2, left=number % 2 == 0
        )
    lived(silent, months=6, left=False)
    for customer in own[:10]:
        make_answer(5, invitation=make_invitation(customer=customer), at=before)

    asked = {"last": date(2026, 9, 1), "months": 6}
    found = staying(NO_WALLS, **asked, by_rating=False)

    assert [(line.customers, line.number) for line in found.lines] == [(12, 0), (13, 1)]
    assert found.lines[0].by_ninety_days.value == 100
    assert found.lines[1].steps[1].left == 7
    assert found.lines[1].by_ninety_days is None  # all others were lost to view after two months
    assert found.difference is None
    ratings = staying(NO_WALLS, **asked, by_rating=True)
    assert [line.customers for line in ratings.lines] == [10, 16]

    reader = make_user("planner", everywhere=False, language="en")
    reader.brands.add(make_brand())
    reader.regions.add(make_region())
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
    page = client.get(reverse("value-staying"), {"months": 6})
    assert [line.customers for line in page.context["staying"].lines] == [12, 12]
    shown = page.content.decode()
    assert "complained, and told of a fix" in shown
    assert shown.count('class="staying-line') == 2
    assert "does not say that the fix is why" in shown
