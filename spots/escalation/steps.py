"""How clocks came to stand as they do, by their ledgers: what stages are counted from."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from spots.escalation.stages import Step
from spots.sla.derivation import Fact, FactKind, derive
from spots.sla.ledger import FACTS, entries_of, facts_by_clock
from spots.sla.models import Clock, LedgerEntry


def steps_of(clocks: Collection[Clock]) -> dict[int, list[Step]]:
    """Return the steps of clocks, whose policies came with them, by clock: two queries."""
    rows: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in entries_of([clock.pk for clock in clocks]).filter(kind__in=FACTS):
        rows[entry.clock_id].append(entry)
    known = facts_by_clock(clocks, (entry for entries in rows.values() for entry in entries))
    return {clock.pk: list(_steps(rows[clock.pk], known[clock.pk])) for clock in clocks}


def _steps(entries: list[LedgerEntry], facts: list[Fact]) -> Iterator[Step]:
    if not any(fact.kind == FactKind.STARTED for fact in facts[:1]):
        return  # somebody put the clock there by hand
    known_from = entries[0].recorded_at
    for number, entry in enumerate(entries, start=1):
        # two machines' clocks may differ; what was appended later was known later
        known_from = max(known_from, entry.recorded_at)
        yield Step(known_from, entry.due_version, derive(facts[:number]))
