"""
When a clock reaches the stages of its ladder: each once for a due time, whenever somebody looks.

A clock's life is a row of steps: how it stood, and from when on that was known. What is reached
follows from the steps alone, so a look that comes late finds what one in time would have found.
Pure arithmetic: nothing here knows of a case or a database.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from spots.sla.derivation import Category, State


@dataclass(frozen=True)
class Stage:
    """A moment in a clock's life at which somebody is told."""

    rung: int  # its number
    since: datetime  # in force; what was reached before that is told to nobody
    percent: float | None = None  # of the promised minutes; None: after the breach
    after: float = 0.0  # minutes past the breach
    working: bool = False  # those minutes are of working time

    @property
    def height(self) -> tuple[bool, float]:
        """Higher stages are later ones: shares first, then what follows the breach."""
        return (False, self.percent) if self.percent is not None else (True, self.after)

    def reached(self, state: State) -> datetime | None:
        """Return the moment, in UTC, at which a clock as it stands reaches the stage; None: not."""
        minutes = state.promise.minutes
        if self.percent is not None:
            return state.used_up(minutes * self.percent / 100)
        if self.working:
            return state.used_up(minutes + self.after)
        due = state.due
        return None if due is None else due + timedelta(minutes=self.after)


@dataclass(frozen=True)
class Step:
    """How a clock stood from a moment on, by what was known then."""

    known_from: datetime
    due_version: int
    state: State


@dataclass(frozen=True)
class Reached:
    """A stage, for which due time it was reached, and when."""

    rung: int
    due_version: int
    at: datetime
    due: datetime | None  # as it was then


@dataclass(frozen=True)
class Climbed:
    """What a clock has reached until a moment, and when it reaches the next stage, if it does."""

    reached: tuple[Reached, ...]
    next_at: datetime | None


Stages = Callable[[int | None], Collection[Stage]]  # of the ladder for a policy, in any order


def climbed(steps: Sequence[Step], stages: Stages, *, until: datetime) -> Climbed:
    """
    Return what a clock reached until a moment, that moment included.

    steps  in the order in which they became known; of those of one moment the last counts

    A stage that lies ahead is reached at its moment. A due time that moves later arms again those
    that are ahead by it, and no others; one that moves earlier past several reaches the highest of
    them, at that moment, and passes the others over. While a clock stands still or has ended,
    nothing is reached.
    """
    walk = _Walk(stages, until)
    known = [step for step in steps if step.known_from <= until]
    for number, step in enumerate(known):
        end = known[number + 1].known_from if number + 1 < len(known) else None
        if step.known_from != end and step.state.category == Category.OPEN:
            walk.take(step, end)
    last = known[-1] if known else None
    return Climbed(tuple(walk.found), walk.next_after(last) if last else None)


@dataclass
class _Walk:
    stages: Stages
    until: datetime
    found: list[Reached] = field(default_factory=list)
    behind: set[int] = field(default_factory=set)  # rungs: reached, or passed over
    once: set[tuple[int, int]] = field(default_factory=set)  # due-version, rung

    def take(self, step: Step, end: datetime | None) -> None:
        moments = self._moments(step)
        passed = [stage for stage, at in moments if at <= step.known_from]
        highest = max((stage.height for stage in passed), default=None)
        for stage in passed:
            if stage.rung not in self.behind and stage.height == highest:
                self._reach(stage, step, step.known_from)
            self.behind.add(stage.rung)
        ahead = [(at, stage.height, stage) for stage, at in moments if at > step.known_from]
        self.behind -= {stage.rung for _, _, stage in ahead}
        for at, _height, stage in sorted(ahead, key=lambda one: one[:2]):
            if at <= self.until and (end is None or at < end):
                self._reach(stage, step, at)

    def next_after(self, last: Step) -> datetime | None:
        if last.state.category != Category.OPEN:
            return None
        return min((at for _, at in self._moments(last) if at > self.until), default=None)

    def _moments(self, step: Step) -> list[tuple[Stage, datetime]]:
        stages = self.stages(step.state.promise.policy)
        return [(stage, at) for stage in stages if (at := stage.reached(step.state))]

    def _reach(self, stage: Stage, step: Step, at: datetime) -> None:
        self.behind.add(stage.rung)
        if at > stage.since and (step.due_version, stage.rung) not in self.once:
            self.once.add((step.due_version, stage.rung))
            self.found.append(Reached(stage.rung, step.due_version, at, step.state.due))
