"""What mending a place is worth: the factors, and how little is drawn to what is usual."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heatmaps_project.supervision.planning.scenario import curve, fewest
from heatmaps_project.supervision.planning.worth import Facts, band_of, shrunk, weighed

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
USUAL = Facts(
    affected=1000,
    subscribers=2000,
    complaints=20,
    customers=18,
    ltv=5000.0,
    promoters=2,
    detractors=2,
    answered=10,
)
COUNTED = st.lists(
    st.integers(0, 5000).flatmap(
        lambda size: st.tuples(st.integers(0, max(size, 1)), st.just(size))
    ),
    min_size=1,
    max_size=30,
)


def test_places_all_alike_are_worth_the_subscribers_they_hit():
    assert [round(one.worth) for one in weighed([USUAL, USUAL, USUAL])] == [1000, 1000, 1000]


def test_a_small_place_with_one_complaint_does_not_lead_the_rates():
    rates = shrunk([(1, 4), *[(20, 2000)] * 20, (120, 2000)])

    assert rates[0] is not None
    assert rates[0] < 1 / 4 / 5
    assert max(rate for rate in rates if rate is not None) == rates[-1]


def test_a_place_of_nobody_has_no_rate_and_loses_nothing():
    nowhere = replace(USUAL, subscribers=0)

    found = weighed([USUAL, nowhere])

    assert found[1].per_thousand is None
    assert found[1].rate == 1.0


def test_measurements_of_the_network_raise_a_place_and_lower_another_within_bounds():
    many = {"surveyed": 400, "attempts": 1_000_000}
    bad = replace(USUAL, poor=300, failures=90_000, **many)
    good = replace(USUAL, poor=10, failures=10, **many)

    worst, best, unmeasured = weighed([bad, good, USUAL])

    assert 1 < worst.heard <= 2
    assert 1 < worst.counted <= 2
    assert 0.5 <= best.heard < 1
    assert best.counted == 0.5
    assert (unmeasured.heard, unmeasured.counted) == (1.0, 1.0)
    assert worst.worth > unmeasured.worth > best.worth


@PATIENT
@given(COUNTED)
def test_a_shrunk_rate_lies_between_its_own_and_the_mean(counted):
    rates = shrunk(counted)
    known = [(count, size) for count, size in counted if size > 0]
    if not known:
        assert rates == [None] * len(counted)
        return
    mean = sum(count for count, _size in known) / sum(size for _count, size in known)
    for (count, size), rate in zip(counted, rates, strict=True):
        if size <= 0:
            assert rate is None
            continue
        low, high = sorted((count / size, mean))
        assert low - 1e-12 <= rate <= high + 1e-12


@PATIENT
@given(
    st.integers(0, 10**6),
    st.integers(1, 10**5),
    st.integers(0, 500),
    st.floats(0, 10**6),
)
def test_more_subscribers_hit_is_never_worth_less(affected, more, answered, ltv):
    one = replace(USUAL, affected=affected, ltv=ltv, answered=answered, promoters=0, detractors=0)
    other = replace(one, affected=affected + more)

    less, greater, _usual = weighed([one, other, USUAL])

    assert less.worth <= greater.worth


@PATIENT
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_the_mood_is_between_a_half_and_one_and_a_half(promoters, detractors, others):
    given_by = promoters + detractors + others
    facts = replace(USUAL, promoters=promoters, detractors=detractors, answered=given_by)

    (found,) = weighed([facts])

    assert 0.5 < found.mood < 1.5
    assert (found.mood > 1) == (detractors > promoters)


@PATIENT
@given(st.lists(st.integers(0, 1000), max_size=30), st.integers(0, 1000))
def test_the_curve_never_falls_and_ends_with_all_that_places_have(complaints, others):
    steps = curve(complaints, of=sum(complaints) + others)

    shares = [step.percent for step in steps]
    assert shares == sorted(shares)
    assert (steps[0].complaints, steps[-1].complaints) == (0, sum(complaints))
    assert all(0 <= share <= 100 for share in shares)


def test_so_many_places_meet_a_share_and_all_of_them_not_any():
    steps = curve([30, 20, 10], of=100)

    assert [fewest(steps, percent) for percent in (30, 31, 60, 61)] == [1, 2, 3, None]


@pytest.mark.parametrize(
    ("share", "open_spot", "band"),
    [(0.2, None, 1), (0.02, None, 2), (0.01, None, 3), (0.0, None, 4), (0.0, 2, 2), (0.2, 4, 1)],
)
def test_a_place_is_as_urgent_as_its_share_or_its_most_urgent_spot(share, open_spot, band):
    assert band_of(share, open_spot) == band
