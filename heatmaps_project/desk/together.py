"""Callers of one outage ask the same at the same moment: those who wait are answered together."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

from django.db import connection

Answer = TypeVar("Answer")

_lock = Lock()
_running: dict[Hashable, Future[Any]] = {}
_waiting: dict[Hashable, Future[Any]] = {}


def together(question: Hashable, find: Callable[[], Answer]) -> Answer:
    """
    Return what `find` returns, or raise what it raises; many who ask at once share one object.

    Of those who ask the same in this process, one finds out while the others wait; whoever came
    meanwhile is answered by what one of them finds out next. So no answer was begun before it was
    asked for: nothing is kept, and nothing can be out of date. Within a transaction one finds out
    alone: nobody else sees what it has written.
    """
    if connection.in_atomic_block:
        return find()
    with _lock:
        turn = _waiting.get(question)
        leads = turn is None
        if turn is None:
            turn = _waiting[question] = Future()
        before = _running.get(question)
    if leads:
        _lead(question, turn, before, find)
    answer: Answer = turn.result()
    return answer


def _lead(
    question: Hashable, turn: Future[Any], before: Future[Any] | None, find: Callable[[], Any]
) -> None:
    """Wait for those before, then find out for all who have come until then."""
    try:
        if before is not None:
            before.exception()
        with _lock:
            _running[question] = _waiting.pop(question)
        turn.set_result(find())
    except BaseException as error:
        turn.set_exception(error)
    finally:
        with _lock:
            for turns in (_running, _waiting):
                if turns.get(question) is turn:
                    del turns[question]
