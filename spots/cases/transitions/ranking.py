"""Counters and priority of cases, out of their members."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from spots.cases.catalogue import PriorityWeights
from spots.cases.measures import Members, members_of
from spots.cases.models import Case
from spots.cases.priority import Facts, Weights, priority_of

COUNTED = ("customers", "complaints", "priority", "priority_parts", "band")


def counted(case: Case, *, now: datetime) -> Case:
    """Recount a locked case's members and weigh it anew, in the transaction of the change."""
    _weigh([case], now=now)
    case.save(update_fields=COUNTED)
    return case


def refresh_priorities(*, now: datetime, batch: int = 500) -> int:
    """
    Weigh every case that is worked on anew, as it ages, and return how many there were.

    A case that somebody else holds right now is weighed by them, and passed over.
    """
    done = last = 0
    while True:
        with transaction.atomic():
            rows = Case.objects.working().filter(pk__gt=last).order_by("pk")
            cases = list(
                rows.select_related("topic").select_for_update(skip_locked=True, of=("self",))[
                    :batch
                ]
            )
            if not cases:
                return done
            _weigh(cases, now=now)
            Case.objects.bulk_update(cases, COUNTED)
        last = cases[-1].pk
        done += len(cases)


def weights_in_force(*, now: datetime) -> Weights:
    """Return the newest weights that have begun to count; the model's defaults where none has."""
    row = PriorityWeights.objects.filter(since__lte=now).order_by("-since").first()
    row = row or PriorityWeights()
    return Weights(
        per_customer=row.per_customer,
        segments=row.segments,
        per_severity=row.per_severity,
        per_ltv_thousand=row.per_ltv_thousand,
        per_hour=row.per_hour,
        p1_from=row.p1_from,
        p2_from=row.p2_from,
        p3_from=row.p3_from,
    )


def _weigh(cases: Iterable[Case], *, now: datetime) -> None:
    weights = weights_in_force(now=now)
    measured = members_of([case.pk for case in cases])
    for case in cases:
        members = measured[case.pk]
        priority = priority_of(_facts(case, members, now=now), weights)
        case.customers, case.complaints = members.customers, members.complaints
        case.priority, case.band = round(priority.points, 1), priority.band
        case.priority_parts = [
            [part.code, round(part.value, 1), round(part.points, 1)] for part in priority.parts
        ]


def _facts(case: Case, members: Members, *, now: datetime) -> Facts:
    return Facts(
        customers=members.by_segment,
        severity=case.topic.severity if case.topic else members.severity,
        ltv=members.ltv,
        age_hours=max(now - case.started_at, timedelta()) / timedelta(hours=1),
    )
