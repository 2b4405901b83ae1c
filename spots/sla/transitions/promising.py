"""What a policy promises of a case, when it opens and whenever another policy matches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from spots.sla.derivation import Category, Fact, FactKind, State
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

    What has ended stays as it was promised. What stood still stays a pause. What no policy
    promises any more ends; what one promises and was not met yet starts. Where nothing is
    otherwise than it was, nothing is written.
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
        (case_id, target, policy, since)
        for case_id, policy in found.items()
        for target, since in cases[case_id].counts_from.items()
        if policy and policy.offer.minutes.get(target)
    ]
    there = Clock.objects.filter(case__in=[case_id for case_id, *_ in wanted])
    present = set(there.values_list("case", "target"))
    Clock.objects.bulk_create(
        (
            Clock(
                case_id=case_id,
                target=target,
                policy_id=policy.offer.policy,
                minutes=policy.offer.minutes[target],
                started_at=since,
            )
            for case_id, target, policy, since in wanted
            if (case_id, target) not in present
        ),
        ignore_conflicts=True,
    )


def _starting(
    clock: Clock, case: Standing, policy: InForce | None, *, now: datetime
) -> Iterable[Said]:
    promise = policy.promise(clock.target) if policy else None
    if policy is None or promise is None:
        return
    fact = Fact(FactKind.STARTED, case.counts_from.get(clock.target, now), promise)
    yield Said(fact, policy.offer.name, policy)
    for since, until in case.pauses.get(clock.target, ()):
        yield Said(Fact(FactKind.PAUSED, since))
        if until is not None:
            yield Said(Fact(FactKind.RESUMED, until))
    if case.paused:
        yield Said(Fact(FactKind.PAUSED, now))


def _going_on(
    clock: Clock, policy: InForce | None, *, reason: str, now: datetime
) -> Iterable[Said]:
    promise = policy.promise(clock.target) if policy else None
    if policy is None or promise is None:
        yield Said(Fact(FactKind.STOPPED, now), OF_NO_POLICY)
    else:
        yield Said(Fact(FactKind.PROMISED, now, promise), reason or policy.offer.name, policy)


def _again(clock: Clock, policy: InForce | None, *, reason: str, now: datetime) -> Iterable[Said]:
    """Let run on what ended only because no policy promised it."""
    if policy and policy.promise(clock.target):
        yield Said(Fact(FactKind.REOPENED, now), reason)
        yield from _going_on(clock, policy, reason=reason, now=now)
