"""Customers who are not content with a fix make its case more urgent."""

from datetime import timedelta

import pytest

from feedback.surveys import transitions
from feedback.surveys.questions import Said
from spots.models import Case
from tests.factories import NOW, make_customer, make_event, make_fixed_spot, make_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(name="case")
def _case() -> Case:
    return make_fixed_spot(make_customer(), make_customer())


def unhappy(case: Case) -> int:
    return Case.objects.get(pk=case.pk).unhappy


def rate(invitation, rating):
    transitions.answer(invitation_id=invitation.pk, question=1, said=Said(rating), now=NOW)


@pytest.mark.parametrize(("rating", "counted"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_a_bad_rating_counts_in_the_priority_at_once(case, rating, counted):
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
