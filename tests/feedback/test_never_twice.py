"""Never twice, never lost: threads side by side, and workers killed in the middle."""

import threading
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess

import pytest
from django.db import connection, connections

from feedback.models import Announcement, Answer, Invitation, Message
from feedback.notifications import transitions
from feedback.notifications.sending import delivery
from feedback.surveys import transitions as surveys
from feedback.surveys.questions import Said
from tests.e2e.installation import until
from tests.factories import (
    NOW,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_message,
    make_user,
)
from tests.processes import forked, killed

pytestmark = pytest.mark.django_db(transaction=True)


def at_work() -> bool:
    """Whether the database's server has a transaction of anybody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL)"
        )
        return cursor.fetchone()[0]


def kill(process: BaseProcess) -> None:
    """Kill a process, and wait until the database's server has noticed, and lets go its locks."""
    process.kill()
    assert killed(process)
    until(lambda: not at_work(), "what it held is let go")


def side_by_side(task, times: int = 2) -> list:
    barrier, results = threading.Barrier(times, timeout=60), []

    def run():
        barrier.wait()
        try:
            results.append(task())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == times
    return results


def test_two_planners_side_by_side_tell_everybody_once():
    for _ in range(3):
        make_fixed_spot(*(make_customer() for _ in range(20)))

    written = side_by_side(lambda: transitions.plan_messages(now=NOW, batch=3))

    assert sum(written) == Message.objects.count() == 60
    assert Invitation.objects.count() == 60
    assert sorted(Announcement.objects.values_list("told", flat=True)) == [20, 20, 20]
    assert not Announcement.objects.filter(done_at=None).exists()


def test_two_senders_side_by_side_send_everything_once(smsc):
    spot = make_fixed_spot(*(make_customer() for _ in range(40)))
    transitions.plan_messages(now=NOW)
    parts = sum(Message.objects.values_list("parts", flat=True))

    handled = side_by_side(lambda: delivery.send_messages(now=NOW))
    delivery.send_messages(now=NOW)  # receipts that came while both were gone

    submitted = Counter((one["to"], one["header"], one["text"]) for one in smsc.saw("submit"))
    assert sum(handled) == spot.memberships.count() == 40
    assert len(submitted) == sum(submitted.values()) == parts
    assert set(Message.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_planner_killed_in_the_middle_is_finished_by_the_next():
    make_fixed_spot(*(make_customer() for _ in range(150)))
    process = forked(partial(transitions.plan_messages, now=NOW, batch=5))
    while not (begun := Message.objects.count()):
        assert process.is_alive()
        time.sleep(0.005)
    kill(process)

    transitions.plan_messages(now=NOW)

    assert 0 < begun < 150
    assert Message.objects.count() == Message.objects.values("customer").distinct().count() == 150
    assert Announcement.objects.get().told == 150


def test_a_sender_killed_with_a_text_at_the_gateway_leaves_it_uncertain_and_sent_once(smsc):
    smsc.behave(delay=60_000)
    message = make_message()
    process = forked(partial(delivery.send_messages, now=NOW))
    smsc.wait_for("submit")
    kill(process)
    message.refresh_from_db()
    assert message.state == "claimed"
    smsc.behave(delay=0)

    for minutes in (1, 6, 60):
        delivery.send_messages(now=NOW + timedelta(minutes=minutes))

    message.refresh_from_db()
    assert (message.state, message.why) == ("uncertain", "worker_lost")
    assert len(smsc.saw("submit")) == 1


def connected() -> set[int]:
    """The processes of the server that somebody is connected to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor.fetchall()}


def test_no_connection_to_the_database_is_held_while_a_gateway_keeps_us_waiting(smsc):
    smsc.behave(hold=True)
    make_message()
    before = connected()
    process = forked(partial(delivery.send_messages, now=NOW))
    smsc.wait_for("submit")

    # A server's process ends a moment after whoever was connected has gone, and the sender waits
    # for its answer for seconds.
    until(lambda: connected() <= before, "no connection is held", seconds=4)
    smsc.behave(hold=False)
    process.join()
    assert process.exitcode == 0
    assert Message.objects.get().handed_over_at == NOW


def test_a_double_tap_makes_one_answer():
    invitation = make_invitation()

    asked = {"invitation_id": invitation.pk, "now": NOW}
    side_by_side(lambda: surveys.answer(question=1, said=Said(4), **asked), times=4)
    side_by_side(lambda: surveys.answer(question=2, said=Said(), words="Да", **asked))

    answers = Answer.objects.order_by("question")
    assert [(one.score, one.words) for one in answers] == [(4, ""), (None, "Да")]


def test_a_message_that_two_people_send_again_goes_once(settings):
    settings.SMS_GATEWAY = "console:"
    message = make_message(state="failed")
    by = make_user("dispatcher")

    def again():
        try:
            transitions.send_again(message_id=message.pk, by=by, now=NOW)
        except transitions.NotSentAgainError:
            return False
        return True

    assert sorted(side_by_side(again)) == [False, True]
    message.refresh_from_db()
    assert message.copy == 2
