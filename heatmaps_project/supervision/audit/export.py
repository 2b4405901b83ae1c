"""The broken promises, or all that fell due, as a file for a spreadsheet; no personal data."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.xlsx import Cell
from heatmaps_project.supervision.audit.breaches import Row
from heatmaps_project.supervision.audit.names import Names
from spots.sla.outcomes import Outcome

HEADER: Final[tuple[Promise, ...]] = (
    _("case"),
    _("clock"),
    _("promise"),
    _("what became of it"),
    _("due"),
    _("done"),
    _("no longer needed"),
    _("late by, minutes"),
    _("promised, working minutes"),
    _("used, working minutes"),
    _("team"),
    _("engineer"),
    _("region"),
    _("topic"),
    _("brand"),
    _("policy"),
    _("priority band"),
    _("reason"),
)
OUTCOMES: Final[dict[str, Promise]] = {
    Outcome.KEPT: _("kept"),
    Outcome.LATE: _("late"),
    Outcome.MISSED: _("missed"),
    Outcome.STOPPED: _("no longer needed"),
}


def cells(rows: Iterable[Row], names: Names, zone: tzinfo) -> Iterator[list[Cell]]:
    """Yield the header and a line for each promise; its times are of a zone, to the second."""
    yield [str(title) for title in HEADER]
    for row in rows:
        late = row.outcome in (Outcome.LATE, Outcome.MISSED)
        yield [
            row.case_id,
            row.clock_id,
            names.of("target", row.target),
            str(OUTCOMES[row.outcome]),
            _moment(row.due_at, zone),
            _moment(row.satisfied_at, zone),
            _moment(row.stopped_at, zone),
            round(row.late / timedelta(minutes=1), 1) if late else None,
            row.minutes,
            round(row.consumed, 1),
            *(
                names.of(name, getattr(row, name))
                for name in ("team", "engineer", "region", "topic", "brand", "policy")
            ),
            row.band,
            names.of("reason", row.reason) if row.asks_reason else "",
        ]


def _moment(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""
