"""What people did with cases like this one, and when it is a habit."""

from dataclasses import replace

import pytest

from spots.routing.alike import LEAST, NEAR_KM, Offer, Precedent, offer

RADIO, OPTIMISATION, POWER = 1, 2, 3
CASE = Precedent(topic=1, cause=None, at=(37.6, 55.75), first=RADIO)
MOVED = replace(CASE, last=OPTIMISATION)
STAYED = replace(CASE, last=RADIO)


def test_eight_of_nine_is_a_habit():
    found = offer(CASE, [MOVED] * 8 + [STAYED])

    assert found == Offer(OPTIMISATION, 8, 9, ("topic", "near"))


@pytest.mark.parametrize(
    ("moved", "stayed", "habit"),
    [(LEAST - 1, 0, False), (LEAST, 0, True), (3, 2, True), (3, 3, False), (0, 5, False)],
)
def test_a_habit_is_enough_cases_and_most_of_them(moved, stayed, habit):
    assert (offer(CASE, [MOVED] * moved + [STAYED] * stayed) is not None) == habit


def test_what_stayed_where_it_came_speaks_against_moving():
    assert offer(CASE, [MOVED] * 4 + [STAYED] * 10) is None


def test_what_was_split_between_two_teams_is_no_habit():
    assert offer(CASE, [MOVED] * 3 + [replace(CASE, last=POWER)] * 3) is None


def test_cases_that_came_to_another_team_say_nothing():
    assert offer(CASE, [replace(MOVED, first=POWER)] * 9) is None


def test_what_no_rule_took_is_compared_with_what_no_rule_took():
    nobodys = replace(CASE, first=None)

    found = offer(nobodys, [replace(nobodys, last=POWER)] * 3)

    assert found == Offer(POWER, 3, 3, ("topic", "near"))


def test_the_closest_likeness_that_has_enough_cases_decides():
    case = replace(CASE, cause=7)
    far = (CASE.at[0] + 1, CASE.at[1])
    same_cause_here = [replace(case, last=POWER)] * 3
    same_topic_far = [replace(CASE, at=far, last=OPTIMISATION)] * 20

    assert offer(case, [*same_cause_here, *same_topic_far]) == Offer(
        POWER, 3, 3, ("topic", "cause", "near")
    )
    assert offer(case, same_topic_far) == Offer(OPTIMISATION, 20, 20, ("topic",))


@pytest.mark.parametrize(("km", "near"), [(NEAR_KM - 0.1, True), (NEAR_KM + 0.1, False)])
def test_a_district_is_so_many_kilometres(km, near):
    north = (CASE.at[0], CASE.at[1] + km / 111.2)

    found = offer(CASE, [replace(MOVED, at=north)] * 3)

    assert found is not None
    assert ("near" in found.alike) == near


def test_without_a_topic_and_a_cause_nothing_is_alike():
    assert offer(Precedent(None, None, CASE.at, RADIO), [replace(MOVED, topic=None)] * 9) is None
