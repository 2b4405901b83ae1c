"""One promise under another policy than it has: how it would stand, on the facts of its ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from spots.sla.derivation import Category, Fact, FactKind, Promise, State, derive


def as_if_now(facts: Sequence[Fact], promise: Promise | None, *, now: datetime) -> State:
    """
    Return how a promise of a case in work would stand if it were promised anew now.

    It is what spots.sla.transitions.promise_anew would write. None: no policy promises it.
    """
    state = derive(facts)
    if promise is None:
        more = [Fact(FactKind.STOPPED, now)]
    elif state.category == Category.STOPPED:  # because no policy promised it
        more = [Fact(FactKind.REOPENED, now), Fact(FactKind.PROMISED, now, promise)]
    else:
        more = [Fact(FactKind.PROMISED, now, promise)]
    return derive([*facts, *more])


def as_if_begun(
    since: datetime,
    promise: Promise,
    *,
    pauses: Sequence[tuple[datetime, datetime | None]],
    paused: bool,
    now: datetime,
) -> State:
    """
    Return how a promise would stand that was not made and has not been met yet.

    pauses  when its case stood still; None: it still does
    """
    facts = [Fact(FactKind.STARTED, since, promise)]
    for begin, end in pauses:
        facts.append(Fact(FactKind.PAUSED, begin))
        if end is not None:
            facts.append(Fact(FactKind.RESUMED, end))
    return derive([*facts, Fact(FactKind.PAUSED, now)] if paused else facts)


def as_if_all_along(facts: Sequence[Fact], promise: Promise, *, restarts: bool) -> State:
    """
    Return how a promise that has ended would stand had this been promised all along.

    restarts  the minutes would have counted anew whenever what was done was reopened
    """
    return replace(derive(_reopened(facts, restarts=restarts)), promise=promise)


def _reopened(facts: Sequence[Fact], *, restarts: bool) -> Iterator[Fact]:
    """Yield the facts, in order; whatever came back after it was done as the policy says."""
    done = False
    for fact in sorted(facts, key=lambda one: one.at):
        if fact.kind in (FactKind.DONE, FactKind.STOPPED):
            done = fact.kind == FactKind.DONE
        # What was stopped by mistake runs on, whatever the policy says.
        again = fact.kind == FactKind.REOPENED and done
        yield replace(fact, restarts=restarts) if again else fact
