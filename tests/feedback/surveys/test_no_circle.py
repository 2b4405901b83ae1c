"""Whatever customers answer, and whatever that does to cases, nobody is asked about it."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feedback.followups import tasks as followups
from feedback.models import Invitation
from feedback.notifications import transitions as notifications
from feedback.surveys import transitions, unhappy
from feedback.surveys.questions import Said
from feedback.surveys.transitions.finding import TRIGGERS
from spots.cases.events import EventKind
from spots.cases.models import Event
from tests.factories import NOW, make_customer, make_fixed_spot, make_survey

pytestmark = pytest.mark.django_db

answers = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.booleans()), max_size=8)


ALL_UNHAPPY = [(which, 1, True) for which in range(4)]  # enough for the case to be taken up again


@given(answers)
@example(ALL_UNHAPPY)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_answers_make_no_event_of_a_case_that_makes_a_survey(given_answers):
    with transaction.atomic():
        for trigger in ("fixed_later", "closed"):
            make_survey(trigger, quarantine_days=0)
        make_survey("fixed")
        spot = make_fixed_spot(*(make_customer() for _ in range(4)))
        swept(NOW)
        asked = list(Invitation.objects.order_by("pk"))
        seen = {event.pk for event in Event.objects.all()}

        for minute, (which, score, complains) in enumerate(given_answers, start=1):
            now = NOW + timedelta(minutes=minute)
            of_the_fix = [one for one in asked if one.is_of_a_fix]
            told = {"invitation_id": of_the_fix[which].pk, "now": now}
            transitions.answer(question=1, said=Said(score), **told)
            if complains:
                transitions.answer(question=2, said=Said(), words="Ухожу к другому!", **told)
            swept(now)

        since = Event.objects.filter(case=spot).exclude(pk__in=seen)
        assert not set(since.values_list("kind", flat=True)) & TRIGGERS
        assert list(Invitation.objects.order_by("pk")) == asked
        assert given_answers != ALL_UNHAPPY or spot_was_taken_up(since)
        transaction.set_rollback(True)


def spot_was_taken_up(events) -> bool:
    return EventKind.REOPENED in events.values_list("kind", flat=True)


def swept(now) -> None:
    """Let everything run once that answers lead to."""
    notifications.plan_messages(now=now)
    transitions.find(now=now)
    notifications.ask_customers(now=now)
    transitions.tell_cases(now=now)
    unhappy.reopen_unhappy(now=now)
    followups.raise_alarms()
