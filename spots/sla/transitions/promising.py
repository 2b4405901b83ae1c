"""What a policy promises of a case, when it opens and whenever another policy matches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from spots.sla.derivation import Category, Fact, FactKind, Promise, State
from spots.sla.in_force import InForce, matching, policies_in_force
from spots.sla.matching import Facts
from spots.sla.models import Clock, Target
from spots.sla.transitions.recording import Author, Said, record

OF_NO_POLICY = gettext_noop("no policy promises it any more")


@dataclass(frozen=True)
class Standing:
    """A case that is worked on, as its promises want to know it."""

    facts: Facts
    counts_from: Mapping[str, datetime]  # by target: of those not yet met, when they would start
    paused: bool = False
    # by target: what is a pause of its promise from the beginning on; None: not over yet
    pauses: Mapping[str, Sequence[tuple[datetime, datetime | None]]] = field(default_factory=dict)
    # by target: what was promised, and missed, in the case that this was a part of
    missed: Mapping[str, Promise] = field(default_factory=dict)
    part_of: str = ""  # as its ledger says it


def start(
    *,
    case_id: int,
    brand_id: int,
    region_id: int,
    topic_id: int | None,
    band: int,
    kind: str = "spot",
    now: datetime,
) -> list[Clock]:
    """Start a clock for each target that the case's policy promises; none without a policy."""
    facts = Facts(kind, brand_id, region_id, topic_id, band)
    targets = (Target.REACTION, Target.ETA, Target.FIX)
    standing = Standing(facts, dict.fromkeys(targets, now))
    promise_anew({case_id: standing}, by=None, now=now)
    return list(Clock.objects.filter(case_id=case_id).order_by("pk"))


@transaction.atomic
def promise_anew(
    cases: Mapping[int, Standing], *, reason: str = "", by: Author, now: datetime
) -> int:
    """
    Let open promises of cases be those of the policies that match now; return how many changed.

    What has ended stays as it was promised, and so does what was missed. What stood still stays a
    pause. What no policy promises any more ends; what one promises and was not met yet starts.
    Where nothing is otherwise than it was, nothing is written.
    """
    policies = policies_in_force()
    found = {case_id: matching(policies, case.facts) for case_id, case in cases.items()}
    _prepare(cases, found)
    # Many clocks have few policies: a join would read the same calendar for each of them.
    clocks = Clock.objects.prefetch_related("policy__working_time").filter(case__in=cases)
    held = clocks.select_for_update(of=("self",)).order_by("pk")

    def tells(clock: Clock, state: State | None) -> Iterable[Said]:
        case, policy = cases[clock.case_id], found[clock.case_id]
        if state is None:
            yield from _starting(clock, case, policy, now=now)
        elif state.category in _GOES_ON:
            yield from _going_on(clock, policy, reason=reason, now=now)
        elif state.category == Category.STOPPED:
            yield from _again(clock, policy, reason=reason, now=now)

    return record(list(held), tells, by=by, now=now)


_GOES_ON = frozenset({Category.OPEN, Category.PAUSED})


def _prepare(cases: Mapping[int, Standing], found: Mapping[int, InForce | None]) -> None:
    """Make the clocks that are to start, unless they are there: two at once make one."""
    wanted = [
        (case_id, target, promise, since, promise.policy)
        for case_id, policy in found.items()
        for target, since in cases[case_id].counts_from.items()
        if (promise := _first(cases[case_id], policy, target)) and promise.policy
    ]
    there = Clock.objects.filter(case__in=[case_id for case_id, *_ in wanted])
    present = set(there.values_list("case", "target"))
    Clock.objects.bulk_create(
        (
            Clock(
                case_id=case_id,
                target=target,
                policy_id=policy_id,
                minutes=promise.minutes,
                started_at=since,
            )
            for case_id, target, promise, since, policy_id in wanted
            if (case_id, target) not in present
        ),
        ignore_conflicts=True,
    )


def _first(case: Standing, policy: InForce | None, target: str) -> Promise | None:
    """Return what the clock of a target begins with; None: nothing promises it."""
    return case.missed.get(target) or (policy.promise(target) if policy else None)


def _starting(
    clock: Clock, case: Standing, policy: InForce | None, *, now: datetime
) -> Iterable[Said]:
    promise = _first(case, policy, clock.target)
    if promise is None:
        return
    was_missed = clock.target in case.missed
    reason = policy.offer.name if policy and not was_missed else case.part_of
    fact = Fact(FactKind.STARTED, case.counts_from.get(clock.target, now), promise)
    yield Said(fact, reason)
    for since, until in case.pauses.get(clock.target, ()):
        yield Said(Fact(FactKind.PAUSED, since))
        if until is not None:
            yield Said(Fact(FactKind.RESUMED, until))
    if was_missed:
        yield from _going_on(clock, policy, reason="", now=now)
    if case.paused:
        yield Said(Fact(FactKind.PAUSED, now))


def _going_on(
    clock: Clock, policy: InForce | None, *, reason: str, now: datetime
) -> Iterable[Said]:
    promise = policy.promise(clock.target) if policy else None
    if policy is None or promise is None:
        yield Said(Fact(FactKind.STOPPED, now), OF_NO_POLICY)
    else:
        yield Said(Fact(FactKind.PROMISED, now, promise), reason or policy.offer.name)


def _again(clock: Clock, policy: InForce | None, *, reason: str, now: datetime) -> Iterable[Said]:
    """Let run on what ended only because no policy promised it."""
    if policy and policy.promise(clock.target):
        yield Said(Fact(FactKind.REOPENED, now), reason)
        yield from _going_on(clock, policy, reason=reason, now=now)
