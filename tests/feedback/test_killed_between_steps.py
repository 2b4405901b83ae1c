"""Workers killed after each step of a batch: no text goes twice, and what is unsure is known."""

import os
import signal
from collections import Counter
from datetime import timedelta

import pytest

from feedback.models import Message, Template
from feedback.notifications import transitions
from feedback.notifications.sending import delivery
from tests.factories import NOW, make_message
from tests.processes import forked, killed

AFTER_CLAIMING, AFTER_SENDING = 2, 3
STEPS = (1, AFTER_CLAIMING, AFTER_SENDING, 4, 5, 6)  # tidied, claimed, sent, booked, noted, claimed


def kill_after(step: int) -> None:
    """Send in a process of its own that is killed at the end of a step."""
    left = step

    def stepping(function):
        def run(*args, **named):
            nonlocal left
            result = function(*args, **named)
            left -= result != []  # a channel on which nothing is due is no step
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return run

    def work() -> None:
        delivery.BATCH = 5
        for name in ("tidy", "claim", "book", "note_outcomes"):
            setattr(transitions, name, stepping(getattr(transitions, name)))
        delivery._Run._outcomes = stepping(delivery._Run._outcomes)
        delivery.send_messages(now=NOW)

    assert killed(forked(work))


@pytest.mark.django_db(transaction=True)
def test_workers_killed_after_each_step_send_no_text_twice_and_lose_none(smsc):
    for _ in range(40):
        make_message()

    for step in STEPS:
        kill_after(step)
    for minutes in (6, 7):  # when the leases have ended
        delivery.send_messages(now=NOW + timedelta(minutes=minutes))

    texts = Counter(one["to"] for one in smsc.saw("submit"))
    states = dict(Message.objects.values_list("customer__phone", "state"))
    uncertain = {phone for phone, state in states.items() if state == "uncertain"}
    assert set(texts.values()) == {1}
    # one batch was claimed and never sent, one was sent and not booked, one claimed by the last
    assert len(uncertain) == 15
    assert sum(phone.lstrip("+") in texts for phone in uncertain) == 5
    assert {phone.lstrip("+") for phone in set(states) - uncertain} <= set(texts)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "state", "sent"), [("fixed", "delivered", 2), ("survey", "uncertain", 1)]
)
def test_what_may_rather_go_twice_is_sent_again_with_its_key_and_a_question_never(
    smsc, reason, state, sent
):
    template = Template.objects.create(
        reason="fixed", channel="sms", language="ru", body="{link}", when_unsure="twice"
    )
    message = make_message(text="Ж" * 80, parts=2, template=template)
    Message.objects.filter(pk=message.pk).update(reason=reason)
    smsc.behave(drop=True)

    for minutes in (0, 1, 2):
        delivery.send_messages(now=NOW + timedelta(minutes=minutes))

    message.refresh_from_db()
    first = [one for one in smsc.saw("submit") if one["header"].endswith("01")]
    assert message.state == state
    assert len(first) == sent
    assert len({one["header"] for one in first}) == 1  # a telephone that has it joins the same
