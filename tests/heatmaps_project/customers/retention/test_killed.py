"""
The sweep of ages is killed before any statement that writes: each portion is done or not begun.

What is left is what stood there after some whole portion, and the next run ends as if nothing had
happened; what has ended is counted once.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import count

import pytest
from django.db import connection, transaction

from complaints.customers.personal import current_cipher
from heatmaps_project.customers.retention import transitions
from heatmaps_project.customers.retention.transitions import end_by_age
from tests.factories import make_complaint, make_customer
from tests.heatmaps_project.customers.retention.old import later, lived, rows
from tests.processes import forked, killed

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE", "RELEASE")
# Places and words end, then customers: what is due at once is counted by whichever comes first.
OF_AGE = {"places and words": (later(400), None, 12), "customers": (later(1096), later(400), 2)}
# What is different each time: numbers that a rollback uses up, the database's clock, the counts of
# a report, and of the last run.
VOLATILE = {"id", "changed_at", "report", "ran_at", "ended", "caught_up_at"}


SEALED = "\\x" + b"\x04test".hex()  # as PostgreSQL shows what begins with the key's name


class KilledError(BaseException):
    pass


@contextmanager
def dying(at: int, die: Callable[[], None]) -> Iterator[list[int]]:
    """Die before the statement of this number that writes; yields how many there were."""
    seen = [0]

    def wrapper(execute, sql, *args):
        if str(sql).lstrip().startswith(WRITES):
            seen[0] += 1
            if seen[0] == at:
                die()
        return execute(sql, *args)

    with connection.execute_wrapper(wrapper):
        yield seen


def die_in_process() -> None:
    raise KilledError


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def told() -> list[str]:
    """All that stands in the tables of the house."""
    return sorted(
        f"{table} {sorted((name, opened(row[name])) for name in row if name not in VOLATILE)}"
        for (table, _pk), row in rows().items()
        if table != "heatmaps_project_retentionrun"
    )


def opened(value: object) -> str:
    """A value as it reads: what is sealed is another ciphertext each time it is written."""
    text = str(value)
    if not text.startswith(SEALED):
        return text
    return current_cipher().decrypt(bytes.fromhex(text.removeprefix("\\x")))


def long_ago(ended: datetime | None) -> None:
    """One who had a row of every kind, and two more customers; what was due then has ended."""
    lived()
    for number in range(2):
        customer = make_customer(phone=f"+7926000000{number}")
        make_complaint(customer=customer, text="нет связи", address=f"Полевая, {number}")
    if ended:
        end_by_age(now=ended)


def after_each_portion(monkeypatch, now: datetime) -> list[list[str]]:
    """What stands there before, and after each portion of, a run that nobody disturbs."""
    found, end_some = [told()], transitions.end_some

    def looked_at(*args, **named):
        count = end_some(*args, **named)
        if count:
            found.append(told())
        return count

    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(transitions, "end_some", looked_at)
        end_by_age(now=now)
        transaction.set_rollback(True)
    return found


def small_portions(monkeypatch) -> None:
    monkeypatch.setattr(transitions, "PORTION", 2)
    monkeypatch.setattr(transitions, "_CUSTOMERS", 2)


@pytest.mark.faults  # a minute each
@pytest.mark.parametrize("kind", OF_AGE)
def test_killed_before_any_write_each_portion_is_whole_and_the_next_run_ends_it(monkeypatch, kind):
    now, ended, least = OF_AGE[kind]
    small_portions(monkeypatch)
    long_ago(ended)
    portions = after_each_portion(monkeypatch, now)
    assert len(portions) > least

    places = set()
    for number in count(1):
        with transaction.atomic(), dying(number, die_in_process):
            died = was_killed(now)
            left = told()
            assert left in portions, f"before write {number} half of a portion was done"
            places.add(portions.index(left))
            if died:
                end_by_age(now=now)
            assert told() == portions[-1]
            transaction.set_rollback(True)
        if not died:
            break

    assert number > 40
    assert places == set(range(len(portions)))


def was_killed(now: datetime) -> bool:
    try:
        end_by_age(now=now)
    except KilledError:
        return True
    return False


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_again_and_again_leaves_whole_portions(monkeypatch):
    now, ended, _least = OF_AGE["places and words"]
    small_portions(monkeypatch)
    long_ago(ended)
    undisturbed = after_each_portion(monkeypatch, now)[-1]

    def work(number: int) -> None:
        with dying(number, die):
            end_by_age(now=now)

    for number in (25, 15, 9):
        before = after_each_portion(monkeypatch, now)
        assert killed(forked(partial(work, number)))
        assert told() in before[1:-1]  # further than it was, and not at its end

    end_by_age(now=now)
    assert told() == undisturbed
