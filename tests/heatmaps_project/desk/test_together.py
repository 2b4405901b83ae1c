"""Those who ask the same at the same moment, and who finds out for them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from heatmaps_project.desk.together import together

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 12


class Place:
    """Somewhere to be asked about, which tells each time how often it was; it can be held."""

    def __init__(self) -> None:
        self.times = 0
        self.asked, self.go = threading.Event(), threading.Event()

    def find(self) -> int:
        self.times += 1
        mine = self.times
        self.asked.set()
        assert self.go.wait(30)
        return mine


def waiting_threads(most: int) -> None:
    """Return when as many as that wait, each in a thread of its own."""
    until = time.monotonic() + 30
    while sum(one.name.startswith("caller") for one in threading.enumerate()) < most:
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.2)  # from being there to waiting


def test_many_who_ask_at_once_are_answered_by_two_who_find_out():
    place = Place()
    with ThreadPoolExecutor(MANY + 1, thread_name_prefix="caller") as pool:
        first = pool.submit(together, "here", place.find)
        assert place.asked.wait(30)
        later = [pool.submit(together, "here", place.find) for _ in range(MANY)]
        waiting_threads(MANY + 1)
        place.go.set()

        assert first.result(30) == 1
        # each came after the first had begun: what it finds may not be so any more
        assert {one.result(30) for one in later} == {2}
    assert together("here", place.find) == 3


def test_other_questions_do_not_wait():
    held, free = Place(), Place()
    free.go.set()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(together, "here", held.find)
        assert held.asked.wait(30)
        assert together("there", free.find) == 1
        held.go.set()
        assert first.result(30) == 1


def test_whoever_waited_for_a_failure_is_told_of_it_and_the_next_ones_find_out_anew():
    place = Place()

    def fail() -> int:
        place.find()
        raise ZeroDivisionError

    with ThreadPoolExecutor(3, thread_name_prefix="caller") as pool:
        asking = [pool.submit(together, "here", fail)]
        assert place.asked.wait(30)
        asking += [pool.submit(together, "here", fail) for _ in range(2)]
        waiting_threads(3)
        place.go.set()
        assert [type(one.exception(30)) for one in asking] == [ZeroDivisionError] * 3
    assert place.times == 2
    assert together("here", lambda: 7) == 7


def test_within_a_transaction_one_finds_out_alone():
    held, own = Place(), Place()
    own.go.set()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(together, "here", held.find)
        assert held.asked.wait(30)
        with transaction.atomic():
            assert together("here", own.find) == 1
        held.go.set()
        assert first.result(30) == 1
