"""A look that dies has changed nothing, and the next one does all of its work."""

import os
import signal
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from complaints.models import Complaint
from spots.models import Case, Watch
from spots.watching import reading, runner
from tests.processes import forked, killed
from tests.spots.watching.streams import make_stream, make_watch

pytestmark = pytest.mark.django_db


class KilledError(Exception):
    pass


def killed_at(statement: int):
    """A wrapper that lets so many statements pass and dies at the next one."""
    passed = 0

    def wrapper(execute, *args):
        nonlocal passed
        if passed == statement:
            raise KilledError
        passed += 1
        return execute(*args)

    return wrapper


def digest() -> list[list[str]]:
    """What a look writes, without the numbers of rows, which a rollback uses up."""
    with connection.cursor() as cursor:
        shown = []
        for table in ("arrival", "sighting", "case", "event", "membership", "checkpoint"):
            cursor.execute(
                "SELECT (to_jsonb(t) - 'id' - 'case_id' - 'changed_at')::text"
                f" FROM spots_{table} t ORDER BY 1"
            )
            shown.append([text for (text,) in cursor.fetchall()])
        cursor.execute("SELECT state::text, looked_at::text FROM spots_watch")
        return [*shown, [str(row) for row in cursor.fetchall()]]


def hours_from(began: datetime) -> list[datetime]:
    return [began + timedelta(hours=hour) for hour in range(1, 21)]


def spot_opens_by(watch: Watch, at: datetime) -> bool:
    """Whether looking until a moment finds a spot; it is not remembered."""
    with transaction.atomic():
        runner.look(watch.pk, now=at)
        found = Case.objects.exists()
        transaction.set_rollback(True)
    runner.forget()
    return found


def watch_before_its_spot() -> tuple[Watch, datetime]:
    """A watch whose next look, until the moment returned, opens a spot."""
    began = make_stream(6)
    watch = make_watch(began)
    ends = next(at for at in hours_from(began) if spot_opens_by(watch, at))
    runner.look(watch.pk, now=ends - timedelta(hours=1))
    return watch, ends


def digest_after(watch: Watch, ends: datetime) -> list[list[str]]:
    """What an undisturbed look would write; it is not kept."""
    with transaction.atomic():
        runner.look(watch.pk, now=ends)
        written = digest()
        transaction.set_rollback(True)
    runner.forget()
    return written


def test_killed_between_any_two_statements_nothing_is_lost_or_doubled():
    watch, ends = watch_before_its_spot()
    before, undisturbed = digest(), digest_after(watch, ends)
    assert undisturbed[2] != before[2]  # cases have changed: there is something to lose

    statement, finished = 0, False
    while not finished:
        try:
            with transaction.atomic(), connection.execute_wrapper(killed_at(statement)):
                runner.look(watch.pk, now=ends)
                finished = True
        except KilledError:
            assert digest() == before
        statement += 1

    assert statement > 30
    assert digest() == undisturbed
    assert reading.place_of(watch).complaints().count() == Complaint.objects.count()


def look_killed_at(statement: int, watch: Watch, now: datetime) -> bool:
    """Look in a process of its own that is killed before a statement; return whether it was."""

    def work() -> None:
        passed = 0

        def killing(execute, *args):
            nonlocal passed
            passed += 1
            if passed == statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*args)

        with connection.execute_wrapper(killing):
            runner.look(watch.pk, now=now)

    return killed(forked(work))


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_has_changed_nothing_and_the_next_does_its_work():
    watch, ends = watch_before_its_spot()
    before, undisturbed = digest(), digest_after(watch, ends)

    assert look_killed_at(30, watch, ends)
    assert digest() == before

    runner.look(watch.pk, now=ends)

    assert digest() == undisturbed
