"""The audit's figures as an audit page shows them: with names, links and places on charts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.short_days import short_day
from heatmaps_project.supervision.audit.breaches import Row
from heatmaps_project.supervision.audit.charts import Chart, stacked
from heatmaps_project.supervision.audit.figures import BINS, NOTHING, Audit, Counts, Line
from heatmaps_project.supervision.audit.names import Names
from heatmaps_project.supervision.audit.promises import NONE
from heatmaps_project.supervision.audit.scope import Unit
from heatmaps_project.supervision.shares import Share
from spots.cases.wording import span
from spots.sla.models import Target


@dataclass(frozen=True)
class TableRow:
    """One value of a dimension."""

    name: str
    query: str  # of the address that asks for it alone
    counts: Counts
    shares: list[Share]  # by target, as `targets_of`


@dataclass(frozen=True)
class BreachRow:
    """A broken promise, in words."""

    row: Row
    target: str
    team: str
    engineer: str
    late: str
    reason: str


def targets_of(audit: Audit) -> list[str]:
    """Return the targets that anything was promised of, in their order."""
    return [target.value for target in Target if target.value in audit.by_target]


def dimension(audit: Audit, by: str, names: Names, asked: QueryDict) -> list[TableRow]:
    """Return a row for each value of a dimension, the worst share first."""
    targets = targets_of(audit)
    return [
        TableRow(
            name=names.of(by, line.value),
            query=changed(asked, **{by: NONE if line.value is None else line.value}),
            counts=line.all,
            shares=[line.by_target.get(target, NOTHING).share for target in targets],
        )
        for line in audit.by[by]
    ]


def changed(asked: QueryDict, **values: Any) -> str:
    """Return the query of an address with other values; a page of a list is the first again."""
    query = asked.copy()
    query.pop("page", None)
    for name, value in values.items():
        query[name] = str(value)
    return query.urlencode()


def breaches(rows: list[Row], names: Names) -> list[BreachRow]:
    return [
        BreachRow(
            row=row,
            target=names.of("target", row.target),
            team=names.of("team", row.team),
            engineer=names.of("engineer", row.engineer),
            late=span(row.late),
            reason=names.of("reason", row.reason) if row.asks_reason else "",
        )
        for row in rows
    ]


def trend(audit: Audit, unit: Unit) -> Chart:
    """Return the chart of promises that fell due, by day, week or month."""
    return _chart(audit.trend, lambda line: period_name(line.value, unit))


def period_name(day: Any, unit: Unit) -> str:
    """Return what a period is called that begins on a day."""
    assert isinstance(day, date)
    if unit == Unit.MONTH:
        return date_format(day, "M Y")
    return short_day(day)


def _chart(lines: list[Line], called: Callable[[Line], str]) -> Chart:
    labels = [called(line) for line in lines]
    series = {
        "kept": [line.all.kept for line in lines],
        "late": [line.all.late for line in lines],
        "missed": [line.all.missed for line in lines],
    }
    titles = [
        _("%(period)s: %(kept)d kept, %(late)d late, %(missed)d missed")
        % {"period": label, **{name: values[place] for name, values in series.items()}}
        for place, label in enumerate(labels)
    ]
    return stacked(labels, series, titles)


def used(audit: Audit) -> Chart:
    """Return the chart of the time that was used, in tenths of the time that was promised."""
    labels = [f"{10 * tenth}" for tenth in range(BINS)] + [f"≥ {10 * BINS}"]
    within = [count if tenth < BINS // 2 else 0 for tenth, count in enumerate(audit.used)]
    beyond = [count - inside for count, inside in zip(audit.used, within, strict=True)]
    return stacked(labels, {"kept": within, "late": beyond}, list(_used_titles(audit)))


def _used_titles(audit: Audit) -> Iterator[str]:
    for tenth, count in enumerate(audit.used):
        words = (
            _("%(from)d to %(to)d %%: %(n)d") if tenth < BINS else _("%(from)d %% or more: %(n)d")
        )
        yield words % {"from": 10 * tenth, "to": 10 * tenth + 10, "n": count}
