"""Counters and priority of cases, out of what is known of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from spots.cases.models import Case
from spots.cases.priority.formula import Facts, Weights, priority_of
from spots.cases.priority.measures import measured, unhappy_in
from spots.cases.priority.models import BandChange
from spots.cases.priority.weighing import aged, weights_in_force
from spots.cases.promises import ASKED
from spots.cases.transitions.promises import promised_anew
from spots.cases.transitions.record import locked

COUNTED: Final = (
    "customers",
    "complaints",
    "priority",
    "band",
    "priority_parts",
    "priority_facts",
    "weights",
)
# One statement for a whole batch: a CASE for each row and column takes ten times as long.
_STORE: Final = """
    UPDATE spots_case c SET
        customers = new.customers, complaints = new.complaints, priority = new.priority,
        band = new.band, priority_parts = new.parts::jsonb, priority_facts = new.facts::jsonb,
        weights_id = new.weights_id
    FROM unnest(
        %s::bigint[], %s::int[], %s::int[], %s::float8[], %s::smallint[], %s::text[], %s::text[],
        %s::bigint[]
    ) AS new (id, customers, complaints, priority, band, parts, facts, weights_id)
    WHERE c.id = new.id
"""


def counted(case: Case, *, now: datetime) -> Case:
    """Recount a locked case's members and weigh it anew, in the transaction of the change."""
    band = case.band
    _weigh([case], now=now)
    case.save(update_fields=COUNTED)
    _note_bands([case], {case.pk: band}, now=now)
    return case


def recounted(case: Case, *, now: datetime) -> Case:
    """Recount and weigh a locked case; where another policy matches then, promise anew."""
    counted(case, now=now)
    promised_anew([case], now=now)
    return case


@transaction.atomic
def hear_unhappy(*, case_id: int, customers: int, now: datetime) -> Case:
    """
    Store how many customers were not content with a fix of the case; weigh where it lives on anew.

    Members are not counted again: nothing was changed in them, and thousands may answer.
    """
    case = locked(case_id)
    case.unhappy = customers
    case.save(update_fields=["unhappy"])
    survivor = case if case.merged_into_id is None else locked(case.survivor.pk)
    version = weights_in_force(now=now)
    survivor.weights_id = version.pk
    facts = Facts.stored(survivor.priority_facts)
    facts, band = replace(facts, unhappy=unhappy_in(survivor.pk)), survivor.band
    _rank(survivor, facts, version.weights, now=now)
    survivor.save(update_fields=COUNTED)
    _note_bands([survivor], {survivor.pk: band}, now=now)
    return survivor


def refresh_priorities(*, now: datetime, batch: int = 500) -> int:
    """
    Weigh every case that is worked on anew, as it ages, and return how many there were.

    A case that somebody else holds right now is weighed by them, and passed over.
    """
    done = last = 0
    wanted = ("started_at", "opened_at", *COUNTED)
    while True:
        with transaction.atomic():
            rows = Case.objects.working().filter(pk__gt=last).order_by("pk").only(*wanted)
            cases = list(rows.select_for_update(skip_locked=True, no_key=True)[:batch])
            if not cases:
                return done
            before = [_row(case) for case in cases]
            bands = {case.pk: case.band for case in cases}
            _weigh(cases, now=now)
            after = [_row(case) for case in cases]
            _store([new for old, new in zip(before, after, strict=True) if new != old])
            _note_bands(cases, bands, now=now)
            _promise_anew([case.pk for case in cases if case.band != bands[case.pk]], now=now)
        last = cases[-1].pk
        done += len(cases)


def _note_bands(cases: Sequence[Case], were: Mapping[int, int], *, now: datetime) -> None:
    """Write down which cases, just weighed, left their bands; one just opened had none."""
    left = [case for case in cases if case.band != were[case.pk] and case.opened_at < now]
    BandChange.objects.bulk_create(BandChange(case=one, at=now, was=were[one.pk]) for one in left)


def _promise_anew(case_ids: Sequence[int], *, now: datetime) -> None:
    """Promise anew what cases that came into another band promise."""
    if case_ids:
        promised_anew(list(Case.objects.filter(pk__in=case_ids).only(*ASKED)), now=now)


def _weigh(cases: Sequence[Case], *, now: datetime) -> None:
    """Measure cases and rank them: five queries, however many."""
    version = weights_in_force(now=now)
    weights = version.weights
    found = measured([case.pk for case in cases], now=now)
    for case in cases:
        facts, case.complaints = found[case.pk]
        case.weights_id = version.pk
        _rank(case, facts, weights, now=now)


def _rank(case: Case, facts: Facts, weights: Weights, *, now: datetime) -> None:
    facts = aged(facts, case.started_at, now=now)
    priority = priority_of(facts, weights)
    case.customers = facts.everybody
    case.priority, case.band = round(priority.points, 1), priority.band
    case.priority_parts = [
        [part.code, round(part.value, 3), round(part.points, 1)] for part in priority.parts
    ]
    case.priority_facts = asdict(facts)


def _row(case: Case) -> tuple[Any, ...]:
    """Return what is stored of a case, in the order of _STORE."""
    return (
        case.pk,
        case.customers,
        case.complaints,
        case.priority,
        case.band,
        json.dumps(case.priority_parts, sort_keys=True),
        json.dumps(case.priority_facts, sort_keys=True),
        case.weights_id,
    )


def _store(rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [list(column) for column in zip(*rows, strict=True)])
