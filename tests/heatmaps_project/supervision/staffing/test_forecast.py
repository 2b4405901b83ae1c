"""Calls to expect, and how wrong that was."""

from datetime import date, timedelta

import pytest

from heatmaps_project.supervision.staffing.forecast import HALVES, errors, forecast, growth

MONDAY = date(2026, 3, 9)
WEEK = timedelta(weeks=1)


def flat(calls: float) -> list[float]:
    return [calls] * HALVES


def weeks(*means: float, last: date = MONDAY - timedelta(days=1)) -> dict[date, list[float]]:
    """Days of whole weeks, the first of the means the oldest; `last` is the newest day."""
    days = 7 * len(means)
    return {last - timedelta(days=days - 1 - n): flat(means[n // 7] + n % 7) for n in range(days)}


def test_the_same_weekdays_count_and_one_day_of_outages_does_not():
    known = weeks(10, 10, 10, 10)
    known[MONDAY - WEEK] = flat(500)  # masses called

    told = forecast(known, MONDAY)
    plain = {one: calls for one, calls in known.items() if one != MONDAY - WEEK}

    carried = growth(known, MONDAY - timedelta(days=1)) ** 2.5
    assert told == pytest.approx(flat(10 * carried))
    assert forecast(plain, MONDAY) == pytest.approx(flat(10))


def test_what_grows_is_carried_on():
    means = [100 * 1.1**n for n in range(4)]
    known = {MONDAY - timedelta(days=28 - n): flat(means[n // 7]) for n in range(28)}

    told = forecast(known, MONDAY)

    assert growth(known, MONDAY - timedelta(days=1)) == pytest.approx(1.1)
    middle = (means[1] + means[2]) / 2
    assert told == pytest.approx(flat(middle * 1.1**2.5))
    assert told[0] == pytest.approx(100 * 1.1**4, rel=0.01)


def test_a_jump_is_not_carried_on_without_end():
    known = weeks(1, 1, 90, 90)

    assert growth(known, MONDAY - timedelta(days=1)) == pytest.approx(2**0.5)


def test_the_future_and_the_day_itself_are_not_looked_at():
    known = weeks(10, 10, 10, 10)
    later = {MONDAY + timedelta(days=n): flat(999) for n in range(30)}

    assert forecast({**known, **later}, MONDAY) == forecast(known, MONDAY)


def test_of_one_same_weekday_nothing_is_said():
    assert forecast(weeks(10), MONDAY) is None
    assert forecast({}, MONDAY) is None


def test_errors_are_of_half_hours_with_calls_each_from_the_days_before_it():
    known = {MONDAY - n * WEEK: [10.0] + [0.0] * (HALVES - 1) for n in range(1, 5)}
    known[MONDAY] = [20.0, 4.0] + [0.0] * (HALVES - 2)

    found = errors(known, [MONDAY, MONDAY - 4 * WEEK])  # before the last nothing is known

    assert (found.by_half[0].n, found.by_half[0].percent) == (1, 50)  # 10 told, 20 came
    assert (found.by_half[1].n, found.by_half[1].percent) == (1, 100)  # none told, 4 came
    assert (found.by_half[2].n, found.by_half[2].percent) == (0, None)
    assert (found.overall.n, found.overall.percent) == (2, 75)
    assert found.weighted == pytest.approx(100 * 14 / 24)
    assert errors({}, []).weighted is None
