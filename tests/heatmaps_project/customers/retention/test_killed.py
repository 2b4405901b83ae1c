"""
The sweep of ages is killed before any statement that writes: each portion is done or not begun.

What is left is what stood there after some whole portion, and the next run ends as if nothing had
happened; what has ended is counted once.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

import pytest
from django.db import connection, transaction

from complaints.models import Customer
from heatmaps_project.customers.retention import transitions
from heatmaps_project.customers.retention.transitions import end_by_age
from tests.factories import make_complaint, make_customer
from tests.heatmaps_project.customers.retention.old import PHONE, later, lived, rows
from tests.processes import forked, killed

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE", "RELEASE")
NOW = later(1096)
# What is different each time: numbers that a rollback uses up, the database's clock, the counts of
# a report, and of the last run.
VOLATILE = {"id", "changed_at", "report", "ran_at", "ended", "caught_up_at"}


class KilledError(Exception):
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
        f"{table} {sorted((name, str(row[name])) for name in row if name not in VOLATILE)}"
        for (table, _pk), row in rows().items()
        if table != "heatmaps_project_retentionrun"
    )


def long_ago() -> None:
    """One who had a row of every kind, and two more customers, all of it due."""
    lived()
    for number in range(2):
        customer = make_customer(phone=f"+7926000000{number}")
        make_complaint(customer=customer, text="нет связи", address=f"Полевая, {number}")


def after_each_portion(monkeypatch) -> list[list[str]]:
    """What stands there before, and after each portion of, a run that nobody disturbs."""
    found, end_some = [told()], transitions.end_some

    def looked_at(*args, **named):
        count = end_some(*args, **named)
        if count:
            found.append(told())
        return count

    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(transitions, "end_some", looked_at)
        end_by_age(now=NOW)
        transaction.set_rollback(True)
    return found


def small_portions(monkeypatch) -> None:
    monkeypatch.setattr(transitions, "PORTION", 2)
    monkeypatch.setattr(transitions, "_CUSTOMERS", 2)


def test_killed_before_any_write_each_portion_is_whole_and_the_next_run_ends_it(monkeypatch):
    small_portions(monkeypatch)
    long_ago()
    portions = after_each_portion(monkeypatch)
    assert len(portions) > 12

    places = set()
    for number in count(1):
        with transaction.atomic(), dying(number, die_in_process):
            died = was_killed()
            left = told()
            assert left in portions, f"before write {number} half of a portion was done"
            places.add(portions.index(left))
            if died:
                end_by_age(now=NOW)
            assert told() == portions[-1]
            transaction.set_rollback(True)
        if not died:
            break

    assert number > 40
    assert places == set(range(len(portions)))


def was_killed() -> bool:
    try:
        end_by_age(now=NOW)
    except KilledError:
        return True
    return False


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_again_and_again_leaves_whole_portions(monkeypatch):
    small_portions(monkeypatch)
    long_ago()
    portions = after_each_portion(monkeypatch)
    before = told()

    def work(number: int) -> None:
        with dying(number, die):
            end_by_age(now=NOW)

    for number in (40, 15, 15):
        assert killed(forked(partial(work, number)))
        assert told() in portions
    assert told() not in (before, portions[-1])

    end_by_age(now=NOW)
    assert told() == portions[-1]
    assert PHONE not in str(Customer.objects.values_list("phone", flat=True))
