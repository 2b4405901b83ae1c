"""To whom of a team a case goes."""

from datetime import UTC, datetime, timedelta

import pytest

from spots.routing.choosing import Choice, Person, Why, choose

NOW = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)
CASE = {"technologies": ["4G"], "topic": 1}


def chosen(*members: Person, deputies: tuple[Person, ...] = ()) -> int | None:
    return choose(members, deputies, **CASE).person


def test_who_takes_no_complex_cases_is_asked_last_for_one():
    members = [Person(1, complex_cases=False), Person(2, load=5)]

    assert choose(members, **CASE, is_complex=True).person == 2
    assert choose(members, **CASE).person == 1
    assert choose(members[:1], **CASE, is_complex=True).why == Why.UNSKILLED


def test_the_one_with_the_least_to_do_is_chosen():
    assert chosen(Person(1, load=3), Person(2, load=1), Person(3, load=2)) == 2


@pytest.mark.parametrize(
    "unable", [Person(1, on_duty=False), Person(1, away=True), Person(1, on_duty=False, away=True)]
)
def test_who_is_off_duty_or_away_is_not_chosen(unable):
    assert chosen(unable, Person(2, load=9)) == 2


def test_nobody_on_duty_leaves_it_to_be_taken():
    assert choose([Person(1, on_duty=False)], **CASE) == Choice(None, Why.NOBODY)


@pytest.mark.parametrize(
    ("skills", "knows"),
    [
        ({}, True),  # whoever lists nothing knows everything
        ({"technologies": frozenset({"4G", "5G"})}, True),
        ({"technologies": frozenset({"2G"})}, False),
        ({"topics": frozenset({1, 2})}, True),
        ({"topics": frozenset({2})}, False),
        ({"technologies": frozenset({"4G"}), "topics": frozenset({2})}, False),
    ],
)
def test_who_knows_the_work_goes_before_who_has_less_to_do(skills, knows):
    other = Person(2, load=1, technologies=frozenset({"4G"}))

    assert chosen(Person(1, **skills), other) == (1 if knows else 2)


def test_where_nobody_on_duty_knows_it_the_least_loaded_gets_it_all_the_same():
    members = [Person(1, load=2, topics=frozenset({2})), Person(2, load=1, topics=frozenset({3}))]

    assert choose(members, **CASE) == Choice(2, Why.UNSKILLED, among=2, load=1)


def test_a_case_that_names_nothing_is_known_to_everybody():
    specialist = Person(1, technologies=frozenset({"2G"}), topics=frozenset({9}))

    assert choose([specialist], technologies=(), topic=None).why == Why.SKILLED


def test_of_those_with_as_much_to_do_the_one_who_waited_longest_is_chosen():
    lately = Person(1, last_given=NOW)
    earlier = Person(3, last_given=NOW - timedelta(days=1))

    assert chosen(lately, earlier) == 3
    assert chosen(lately, earlier, Person(4), Person(5)) == 4  # never; then who joined first


def test_a_deputy_stands_in_for_who_is_away():
    away = Person(1, away=True, deputy=9)

    assert choose([away], [Person(9, load=2)], **CASE) == Choice(
        9, Why.SKILLED, among=1, load=2, stands_in=1
    )


@pytest.mark.parametrize(
    "deputy", [Person(9, on_duty=False), Person(9, away=True, deputy=2), Person(8)]
)
def test_a_deputy_who_is_not_there_stands_in_for_nobody(deputy):
    assert chosen(Person(1, away=True, deputy=9), deputies=(deputy,)) is None


def test_a_deputy_of_the_same_team_is_asked_once_and_in_their_own_right():
    away, member = Person(1, away=True, deputy=2), Person(2)

    assert choose([away, member], [member], **CASE) == Choice(2, Why.SKILLED, among=1)
