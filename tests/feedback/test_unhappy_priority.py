"""Customers who are not content with a fix make its case more urgent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from feedback.surveys import transitions
from feedback.surveys.questions import Said
from spots.cases import transitions as cases
from spots.models import Case
from tests.factories import (
    NOW,
    make_customer,
    make_event,
    make_fixed_spot,
    make_invitation,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(name="case")
def _case() -> Case:
    return make_fixed_spot(make_customer(), make_customer())


def unhappy(case: Case) -> int:
    return Case.objects.get(pk=case.pk).unhappy


def rate(invitation, rating):
    transitions.answer(invitation_id=invitation.pk, question=1, said=Said(rating), now=NOW)
    transitions.tell_cases(now=NOW)


@pytest.mark.parametrize(("rating", "counted"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_a_bad_rating_counts_in_the_priority(case, rating, counted):
    rate(make_invitation(case=case), rating)

    case.refresh_from_db()
    assert case.unhappy == counted
    assert ("unhappy" in [code for code, *_rest in case.priority_parts]) == bool(counted)


def test_the_last_rating_of_a_customer_stands(case):
    invitation = make_invitation(case=case)

    counts = []
    for rating in (1, 2, 4, 1):
        rate(invitation, rating)
        counts.append(unhappy(case))

    assert counts == [1, 1, 0, 1]


def test_a_customer_is_counted_once_however_many_fixes_they_were_asked_about(case):
    customer, again = make_customer(), make_event(case, at=NOW + timedelta(days=1))
    first = make_invitation(case=case, customer=customer, event=case.events.earliest("pk"))
    second = make_invitation(case=case, customer=customer, event=again)
    rate(make_invitation(case=case, event=again), 1)

    for invitation in (first, second):
        rate(invitation, 1)

    assert unhappy(case) == 2


def part(case: Case) -> float:
    """What unhappy customers count in the priority of a case."""
    parts = Case.objects.get(pk=case.pk).priority_parts
    return next((value for code, value, _points in parts if code == "unhappy"), 0)


def test_what_was_merged_counts_where_it_lives_on_until_that_is_undone(case):
    first, second = make_invitation(case=case), make_invitation(case=case)
    rate(first, 1)
    middle, last = (make_spot(state="routed", brand=case.brand) for _ in range(2))
    by = make_user()
    cases.merge(case_id=case.pk, into_id=middle.pk, by=by, now=NOW)
    assert part(middle) == 1
    cases.merge(case_id=middle.pk, into_id=last.pk, by=by, now=NOW)

    rate(second, 2)

    assert part(last) == 2
    event = last.events.filter(kind="merged").latest("pk")
    cases.undo_regrouping(event_id=event.pk, by=by, now=NOW)
    assert (part(last), part(middle)) == (0, 2)


@pytest.mark.django_db(transaction=True)
def test_a_rating_waits_for_nobody_who_holds_the_case(case):
    invitation = make_invitation(case=case)

    def answered_and_told(rating: int) -> int:
        try:
            rate(invitation, rating)
            return unhappy(case)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        assert other.submit(answered_and_told, 1).result() == 0
    assert invitation.answers.get().score == 1

    transitions.tell_cases(now=NOW)

    assert unhappy(case) == 1
    assert transitions.tell_cases(now=NOW) == 0
