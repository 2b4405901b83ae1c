"""Fixes that customers are not content with are taken back, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from feedback.surveys.unhappy import reopen_unhappy
from spots.cases import transitions
from spots.models import Case, Event, FixCheck
from tests.factories import (
    NOW,
    make_answer,
    make_customer,
    make_event,
    make_fixed_spot,
    make_invitation,
)

pytestmark = pytest.mark.django_db


def rated(*ratings: int, **fields) -> Case:
    """A fixed spot whose customers rated so."""
    customers = [make_customer() for _ in ratings]
    spot = make_fixed_spot(*customers, **fields)
    for customer, rating in zip(customers, ratings, strict=True):
        make_answer(rating, invitation=make_invitation(case=spot, customer=customer))
    return spot


@pytest.mark.parametrize(
    ("ratings", "state"),
    [
        pytest.param((2, 1, 5), "reopened", id="two of three"),
        pytest.param((2, 1, 5, 5), "reopened", id="half"),
        pytest.param((2, 5, 5), "fixed", id="one of three"),
        pytest.param((1, 1), "fixed", id="too few answers"),
        pytest.param((3, 3, 3), "fixed", id="so-so"),
    ],
)
def test_a_fix_is_taken_back_when_half_of_three_or_more_are_unhappy(ratings, state):
    spot = rated(*ratings)

    reopen_unhappy(now=NOW)

    spot.refresh_from_db()
    assert spot.state == state


def test_the_event_tells_how_many_are_unhappy():
    rated(2, 1, 5, state="verifying")

    assert reopen_unhappy(now=NOW) == 1

    facts = Event.objects.get(kind="reopened").facts
    assert facts.items() >= {"because": "answers", "unhappy": 2, "answered": 3}.items()


@pytest.mark.parametrize("state", ["verifying", "closed"])
def test_a_fix_that_is_verified_or_closed_is_taken_back_too(state):
    spot = rated(1, 1, 1, state=state)

    reopen_unhappy(now=NOW)

    spot.refresh_from_db()
    assert spot.state == "reopened"


@pytest.mark.parametrize("state", ["dismissed", "fixing", "reopened"])
def test_a_case_that_is_not_taken_for_solved_stays_as_it_is(state):
    spot = rated(1, 1, 1, state=state, eta_at=NOW)

    assert reopen_unhappy(now=NOW) == 0

    spot.refresh_from_db()
    assert spot.state == state


def test_answers_about_an_earlier_fix_do_not_count():
    spot = rated(1, 1, 1)
    make_event(spot, at=NOW + timedelta(hours=1))

    assert reopen_unhappy(now=NOW + timedelta(hours=2)) == 0


def test_the_limits_are_those_people_have_set():
    FixCheck.objects.update_or_create(pk=1, defaults={"answers": 1, "unhappy_share": 1})
    content, unhappy = rated(1, 5), rated(1)

    assert reopen_unhappy(now=NOW) == 1

    content.refresh_from_db()
    unhappy.refresh_from_db()
    assert (content.state, unhappy.state) == ("fixed", "reopened")


def test_a_second_run_takes_nothing_back_again():
    rated(1, 1, 1)

    assert [reopen_unhappy(now=NOW) for _ in range(2)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_take_a_fix_back_once():
    rated(1, 1, 1)

    def run(_number: int) -> int:
        try:
            return reopen_unhappy(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 1
    assert Event.objects.filter(kind="reopened").count() == 1


def test_a_case_that_answers_brought_back_twice_is_left_to_people():
    spot = rated(1, 1, 1)
    for _ in range(2):
        make_event(spot, "reopened", at=NOW - timedelta(days=1), facts={"because": "answers"})

    assert reopen_unhappy(now=NOW) == 0

    other = rated(1, 1, 1)
    make_event(other, "reopened", at=NOW - timedelta(days=1), facts={"because": "answers"})
    make_event(other, "reopened", at=NOW - timedelta(days=1), facts={"because": "hand"})

    assert reopen_unhappy(now=NOW) == 1


@pytest.mark.parametrize(
    ("fixed_again", "taken_up"), [(False, 1), (True, 0)], ids=["not since", "since the merge"]
)
def test_answers_about_a_merged_case_take_up_the_one_it_lives_on_in(fixed_again, taken_up):
    merged, lives_on = rated(1, 1), rated(2, 5)
    transitions.merge(case_id=merged.pk, into_id=lives_on.pk, by=None, now=NOW)
    if fixed_again:
        make_event(lives_on, at=NOW + timedelta(hours=1))

    assert reopen_unhappy(now=NOW + timedelta(hours=2)) == taken_up

    facts = Event.objects.filter(kind="reopened").values_list("case", "facts__unhappy")
    assert list(facts) == [(lives_on.pk, 3)] * taken_up
