"""SLA policies tried on what was promised lately: which deadlines would be others, and how kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.customers.walls import Walls
from spots.cases.models import Case
from spots.cases.promises import ASKED, standings_of
from spots.cases.states import WORKING
from spots.sla import outcomes
from spots.sla.derivation import Category, Fact, State
from spots.sla.in_force import InForce, matching
from spots.sla.ledger import facts_known
from spots.sla.models import Clock, Policy, ReopenMode, Target
from spots.sla.transitions import Standing
from spots.trials.promising import as_if_all_along, as_if_begun, as_if_now

DAYS = 30
MOST = 5000  # cases; the newest


class Verdict(TextChoices):
    KEPT = "kept", _("kept")
    LATE = "late", _("done late")
    MISSED = "missed", _("missed, not done")
    OPEN = "open", _("still to be kept")
    STOPPED = "stopped", _("no longer needed")
    NONE = "none", _("not promised")


@dataclass(frozen=True)
class Outcome:
    """What became of one promise."""

    verdict: Verdict
    due: datetime | None = None
    policy: int | None = None  # None: of one that is not saved yet, or of none
    named: str = field(default="", compare=False)  # the policy


NOT_PROMISED = Outcome(Verdict.NONE)


@dataclass(frozen=True)
class Changed:
    """A promise that would be another than it is."""

    target: Target
    was: Outcome
    would: Outcome


@dataclass
class Tally:
    """Promises that were decided: kept, or missed, be they done by now or not."""

    kept: int = 0
    missed: int = 0

    @property
    def share(self) -> float | None:
        """Share kept, 0 … 1; None: nothing was decided."""
        many = self.kept + self.missed
        return self.kept / many if many else None

    def count(self, outcome: Outcome) -> None:
        self.kept += outcome.verdict == Verdict.KEPT
        self.missed += outcome.verdict in (Verdict.LATE, Verdict.MISSED)


@dataclass
class Attempt:
    tried: int = 0  # cases that were looked at
    rematched: int = 0  # of them so many would have the promises of another policy
    cut: bool = False  # there were more
    was: dict[Target, Tally] = field(default_factory=lambda: defaultdict(Tally))
    would: dict[Target, Tally] = field(default_factory=lambda: defaultdict(Tally))
    changed: list[tuple[Case, list[Changed]]] = field(default_factory=list)  # newest first


def with_policy(present: Iterable[InForce], policy: InForce, *, order: int) -> list[InForce]:
    """Return the policies as they would be with this one saved, new or changed: one query."""
    number = policy.offer.policy
    others = [one for one in present if one.offer.policy != number]
    before = Policy.objects.filter(order__lt=order).exclude(pk=number).count()
    return [*others[:before], policy, *others[before:]]


def exchanged(present: Iterable[InForce], one: int, other: int) -> list[InForce]:
    """Return the policies as they would be with these two, by number, in each other's place."""
    numbered = {policy.offer.policy: policy for policy in present}
    places: dict[int | None, int] = {one: other, other: one}
    return [numbered[places.get(number, number)] for number in numbered]


def attempt(
    present: Sequence[InForce],
    changed: Sequence[InForce],
    *,
    edited: InForce | None = None,
    walls: Walls,
    now: datetime,
) -> Attempt:
    """
    Compare what was promised with what would be if the policies were `changed`; nothing is saved.

    Asked are the cases that are worked on, or opened in the last 30 days. Of a case that is
    worked on, open promises are what a recomputation would make of them; what has ended is told
    as if the policy that matches now had been in force all along. Where neither another policy
    matches nor the one that was edited, a promise stays as it is on record. Eight queries, however
    many cases.

    edited  that of `changed` which promises something else than it does in `present`
    """
    cases = _cases(walls=walls, now=now)
    result = Attempt(cut=len(cases) > MOST)
    for case, clocks in _asked_again(cases[:MOST], present, changed, edited=edited, now=now):
        result.tried += 1
        for one in clocks:
            result.was[one.target].count(one.was)
            result.would[one.target].count(one.would)
        if moved := [one for one in clocks if one.was != one.would]:
            result.changed.append((case, moved))
            result.rematched += any(one.was.policy != one.would.policy for one in moved)
    return result


def _cases(*, walls: Walls, now: datetime) -> list[Case]:
    lately = Q(opened_at__gte=now - timedelta(days=DAYS), opened_at__lte=now)
    rows = Case.objects.within(walls).filter(lately | Q(state__in=WORKING))
    newest = rows.select_related("region").order_by("-opened_at", "-pk")
    return list(newest.only(*ASKED, "place", "region__time_zone")[: MOST + 1])


def _asked_again(
    cases: Collection[Case],
    present: Sequence[InForce],
    changed: Sequence[InForce],
    *,
    edited: InForce | None,
    now: datetime,
) -> Iterator[tuple[Case, list[Changed]]]:
    """Yield each case with its promises, as they are and as they would be."""
    asks = any(one.offer.segments for one in changed)
    standings = standings_of(cases, with_segments=asks)
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(case__in=standings).prefetch_related("policy__working_time"):
        clocks[clock.case_id].append(clock)
    concerned = {}
    for number, standing in standings.items():
        was, would = matching(present, standing.facts), matching(changed, standing.facts)
        if was != would or (would is not None and would is edited):
            concerned[number] = would
    derived = [clock for number in concerned for clock in clocks[number]]
    known = facts_known(derived)
    for case in cases:
        own = sorted(clocks[case.pk], key=lambda clock: clock.pk)
        if case.pk in concerned:
            asked = _Asked(case, standings[case.pk], concerned[case.pk], now)
            yield case, [*asked.again(own, known), *asked.begun(own, known)]
        else:
            yield case, [_unchanged(clock, now=now) for clock in own]


def _unchanged(clock: Clock, *, now: datetime) -> Changed:
    is_so = _on_record(clock, now=now)
    return Changed(Target(clock.target), is_so, is_so)


@dataclass(frozen=True)
class _Asked:
    """A case of which other promises would be made."""

    case: Case
    standing: Standing
    policy: InForce | None  # that would match it
    now: datetime

    def again(self, clocks: Iterable[Clock], known: Mapping[int, list[Fact]]) -> Iterator[Changed]:
        """Yield the promises that it has."""
        for clock in clocks:
            facts = known[clock.pk]
            if facts:
                was = _on_record(clock, now=self.now)
                yield Changed(Target(clock.target), was, self._would(clock, facts) or was)

    def begun(self, clocks: Iterable[Clock], known: Mapping[int, list[Fact]]) -> Iterator[Changed]:
        """Yield those that it would have besides."""
        if self.policy is None or not self._in_work:
            return
        there = {clock.target for clock in clocks if known[clock.pk]}
        for target, since in self.standing.counts_from.items():
            promise = self.policy.promise(target)
            if promise is not None and target not in there:
                state = as_if_begun(
                    since,
                    promise,
                    pauses=self.standing.pauses.get(target, ()),
                    paused=self.standing.paused,
                    now=self.now,
                )
                yield Changed(Target(target), NOT_PROMISED, self._outcome(state))

    @property
    def _in_work(self) -> bool:
        return self.case.state in WORKING

    def _would(self, clock: Clock, facts: Sequence[Fact]) -> Outcome | None:
        """Return what would become of a promise; None: what is on record."""
        promise = self.policy.promise(clock.target) if self.policy else None
        is_open = clock.category in (Category.OPEN, Category.PAUSED)
        if self._in_work and (is_open or (clock.category == Category.STOPPED and promise)):
            state = as_if_now(facts, promise, now=self.now)
            stays = promise is not None and state.promise != promise  # it was missed before
            return None if stays else self._outcome(state)
        if is_open or clock.category == Category.STOPPED:
            return None
        if promise is None or self.policy is None:
            return NOT_PROMISED
        restarts = self.policy.reopening == ReopenMode.RESTART
        return self._outcome(as_if_all_along(facts, promise, restarts=restarts))

    def _outcome(self, state: State) -> Outcome:
        verdict = _verdict(state.outcome(self.now))
        if self.policy is None:
            return Outcome(verdict, state.due)
        offer = self.policy.offer
        return Outcome(verdict, state.due, offer.policy, offer.name)


def _on_record(clock: Clock, *, now: datetime) -> Outcome:
    became = outcomes.outcome_of(
        due_at=clock.due_at,
        satisfied_at=clock.satisfied_at,
        stopped_at=clock.stopped_at,
        as_of=now,
    )
    return Outcome(_verdict(became), clock.due_at, clock.policy_id, clock.policy.name)


def _verdict(became: outcomes.Outcome) -> Verdict:
    """What stands still is yet to be kept, too."""
    return Verdict.OPEN if became == outcomes.Outcome.PAUSED else Verdict(became.value)
