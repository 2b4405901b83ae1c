"""
The figures of the audit: what became of promises, by whatever they can be asked for.

All of them come of the one relation; what is promised here holds for the page, the
export and the monthly report. Definitions are the sentences of `HOW`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heatmaps_project.supervision.audit.breaches import ASK_REASON
from heatmaps_project.supervision.audit.promises import (
    DIMENSIONS,
    REASONS,
    Promises,
)
from heatmaps_project.supervision.shares import Share
from spots.sla.outcomes import IS_LATE, Outcome

BINS: Final = 20  # of time used: a tenth of what was promised each, and one more for the rest
BY: Final = tuple(name for name in DIMENSIONS if name != "target")

HOW: Final[tuple[Promise, ...]] = (
    _(
        "A promise counts in the period in which it fell due, at its last due time; days begin at"
        " midnight of your time zone."
    ),
    _("Kept: done at its due time at the latest. Late: done after it."),
    _("Missed: past its due time and not done, even if it was no longer needed later."),
    _(
        "No longer needed by its due time: left out of the share. What runs in time or stands"
        " still at the moment of the page has not fallen due; it is counted whatever the period."
    ),
    _("Share kept: kept, of kept, late and missed; 95-percent intervals after Wilson."),
    _(
        "Time used: working minutes used up by what was done, as a share of the working minutes"
        " promised. Lateness is told by the clock on the wall, as customers wait by that."
    ),
    _(
        "Where a policy lets minutes count anew after a reopening, the last round counts; each"
        " round is in the ledger."
    ),
    _("Team and engineer are those of the case at the moment of the page; they can change."),
)


@dataclass(frozen=True)
class Counts:
    """How many promises came to what."""

    by_outcome: Mapping[str, int]

    @property
    def kept(self) -> int:
        return self.by_outcome.get(Outcome.KEPT, 0)

    @property
    def late(self) -> int:
        return self.by_outcome.get(Outcome.LATE, 0)

    @property
    def missed(self) -> int:
        return self.by_outcome.get(Outcome.MISSED, 0)

    @property
    def stopped(self) -> int:
        return self.by_outcome.get(Outcome.STOPPED, 0)

    @property
    def open(self) -> int:
        return self.by_outcome.get(Outcome.OPEN, 0)

    @property
    def paused(self) -> int:
        return self.by_outcome.get(Outcome.PAUSED, 0)

    @property
    def broken(self) -> int:
        return self.late + self.missed

    @property
    def share(self) -> Share:
        return Share(self.kept, self.kept + self.broken)

    def __add__(self, other: "Counts") -> "Counts":
        names = self.by_outcome.keys() | other.by_outcome.keys()
        return Counts({n: self.by_outcome.get(n, 0) + other.by_outcome.get(n, 0) for n in names})


NOTHING: Final = Counts({})
Value = int | str | date | None


@dataclass(frozen=True)
class Line:
    """One value of a dimension: in all, and by target."""

    value: Value
    by_target: Mapping[str, Counts]

    @cached_property
    def all(self) -> Counts:
        return sum(self.by_target.values(), NOTHING)


@dataclass(frozen=True)
class Audit:
    """What became of the promises of a scope."""

    by_target: Mapping[str, Counts]
    by: Mapping[str, list[Line]]  # by dimension; the worst share first
    trend: list[Line]  # by the first day of each unit, in order
    used: list[int]  # promises by tenths of the time promised, then those beyond BINS tenths
    reasons: list[tuple[int | None, int]]  # of what came late: how many had which; most first

    @cached_property
    def all(self) -> Counts:
        return sum(self.by_target.values(), NOTHING)

    def newest_broken(self, many: int) -> date | None:
        """Return the first day of the latest units with so many broken promises; None: of all."""
        for line in reversed(self.trend):
            many -= line.all.broken
            if many <= 0:
                assert isinstance(line.value, date)
                return line.value
        return None


_QUERY: Final = f"""
    , counted AS MATERIALIZED (
        SELECT {{names}}, width_bucket(due_at, %(begins)s::timestamptz[]) AS unit,
            CASE WHEN satisfied_at IS NOT NULL
                THEN least(floor({BINS} / 2 * consumed / greatest(minutes, 1)), {BINS})::int
            END AS used,
            target, outcome, count(*) AS n
        FROM promises GROUP BY {{places}}
    )
    SELECT GROUPING({{names}}, unit, used), {{names}}, unit, used, target, outcome, sum(n)::bigint
    FROM counted
    GROUP BY GROUPING SETS ((target, outcome), {{sets}}, (unit, target, outcome), (used))
"""
_REASONS_QUERY: Final = f"""
    SELECT reason_id, count(*) FROM {REASONS} JOIN promises ON clock_id = of_clock
    WHERE {IS_LATE} AND target = ANY(%(asked)s) GROUP BY 1
"""


def audit(promises: Promises, *, by: Sequence[str] = BY) -> Audit:
    """
    Count the promises of a scope: two queries, besides those of a journey in time.

    They are grouped once by everything together, and the groups, which are few, by each.
    """
    units, zone = promises.scope.units, promises.scope.zone
    begins = [datetime.combine(day, time(), zone) for day in units]
    found: dict[str, dict[Value, dict[str, dict[str, int]]]] = {}
    used = [0] * (BINS + 1)
    for grouping, *values, target, outcome, count in promises.ask(_query(by), begins=begins):
        name, value = _grouped((*by, "unit", "used"), grouping, values)
        if name == "used":
            if value is not None:
                used[value] += count
        else:
            lines = found.setdefault(name, {}).setdefault(value, {})
            lines.setdefault(target, {})[outcome] = count
    whole = _lines(found.get("", {}))
    by_target = whole[0].by_target if whole else {}
    return Audit(
        by_target=by_target,
        by={name: sorted(_lines(found.get(name, {})), key=_worst_first) for name in by},
        trend=_trend(units, found.get("unit", {})),
        used=used,
        reasons=_reasons(promises, sum(by_target.get(t, NOTHING).late for t in ASK_REASON)),
    )


def _reasons(promises: Promises, late: int) -> list[tuple[int | None, int]]:
    """Count what was given for so many late promises that somebody was asked about."""
    if not late:
        return []
    rows = promises.ask(_REASONS_QUERY, only_fallen=True, asked=list(ASK_REASON))
    given: dict[int | None, int] = dict(rows)
    if (silent := late - sum(given.values())) > 0:  # moves may have come in between
        given[None] = silent
    return sorted(given.items(), key=lambda pair: (-pair[1], pair[0] or 0))


def _query(by: Sequence[str]) -> str:
    return _QUERY.format(
        names=", ".join(by),
        places=", ".join(str(place) for place in range(1, len(by) + 5)),
        sets=", ".join(f"({name}, target, outcome)" for name in by),
    )


def _trend(
    units: Sequence[date], found: Mapping[Any, Mapping[str, Mapping[str, int]]]
) -> list[Line]:
    """Return the units in which anything fell due; what has yet to may lie beyond the last."""
    lines = _lines({units[number - 1]: found[number] for number in sorted(filter(None, found))})
    return [line for line in lines if line.all.share.whole]


def _grouped(names: Sequence[str], grouping: int, values: list[Any]) -> tuple[str, Any]:
    """Return by what a row is counted besides target and outcome, and its value; "": nothing."""
    for place, name in enumerate(names):
        if not grouping >> (len(names) - 1 - place) & 1:
            return name, values[place]
    return "", None


def _lines(found: Mapping[Value, Mapping[str, Mapping[str, int]]]) -> list[Line]:
    return [
        Line(value, {target: Counts(counts) for target, counts in targets.items()})
        for value, targets in found.items()
    ]


def _worst_first(line: Line) -> tuple[float, int, str]:
    percent = line.all.share.percent
    return 200.0 if percent is None else percent, -line.all.broken, str(line.value)
