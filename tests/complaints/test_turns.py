"""Heavy work of a web process takes turns, and holds few of its threads."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from complaints import turns
from complaints.turns import NoTurnError, Turns


def test_one_works_few_wait_and_the_rest_are_told_at_once(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_S", 60.0)
    work, go_on, refused = Turns(), Event(), []

    def one() -> int:
        try:
            with work.taken():
                return int(go_on.wait(60))
        except NoTurnError:
            refused.append(1)
            if len(refused) == 5:
                go_on.set()
            return 0

    with ThreadPoolExecutor(8) as threads:
        done = [task.result() for task in [threads.submit(one) for _ in range(8)]]

    assert sum(done) == 3
    assert len(refused) == 5


def test_whose_turn_does_not_come_in_time_is_told_so_and_takes_no_place(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)
    work = Turns()
    with work.taken():
        for _ in range(9):
            with pytest.raises(NoTurnError), work.taken():
                pass

    with work.taken():
        pass


def test_as_many_work_at_once_as_may():
    work = Turns(at_once=3)
    with ExitStack() as three:
        for _ in range(3):
            three.enter_context(work.taken())
