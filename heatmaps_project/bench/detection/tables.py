"""The bench's figures as Markdown, those that miss their target marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from heatmaps_project.bench.detection.scoring import Measures

MISSED = "✗"


@dataclass(frozen=True)
class Row:
    """One line: figures of a name each, all of which must be at least, or at most, a limit."""

    label: str
    names: tuple[str, ...]
    limits: tuple[float, ...] = ()  # none: for information
    at_least: bool = False  # else at most
    digits: int = 2

    @property
    def must(self) -> str:
        if not self.limits:
            return ""
        return (
            f"{'≥' if self.at_least else '≤'} {' / '.join(f'{limit:g}' for limit in self.limits)}"
        )

    def cell(self, figures: Mapping[str, float], *, judged: bool = True) -> str:
        values = [figures.get(name, np.nan) for name in self.names]
        if np.isnan(values).all():
            return "–"
        limits = self.limits or (np.nan,) * len(values)
        told = zip(values, limits, strict=True)
        return " / ".join(self._told(value, limit, judged=judged) for value, limit in told)

    def _told(self, value: float, limit: float, *, judged: bool) -> str:
        text = "–" if np.isnan(value) else f"{value:.{self.digits}f}"
        missed = value < limit if self.at_least else value > limit
        return f"{text} {MISSED}" if judged and missed else text


QUALITY = (
    Row("F1", ("f1",), (0.93,), at_least=True, digits=3),
    Row("false spots per week and million subscribers", ("false_spots",), (0.35,)),
    Row(
        "recall of outages with 5-9 / 10-19 / 20+ customers",
        ("recall_5_9", "recall_10_19", "recall_20_up"),
        (0.65, 0.93, 0.99),
        at_least=True,
        digits=3,
    ),
    Row("hours to detect, median / p90", ("hours_median", "hours_p90"), (0.95, 5.0)),
    Row("identities per outage", ("ids",), (1.05,)),
    Row("identity switches per outage", ("switches",), (0.02,)),
    Row(
        "overlap with the outage, by subscribers / by area",
        ("iou_subscribers", "iou_area"),
        (0.65, 0.43),
        at_least=True,
    ),
    Row("members from the future", ("from_future",), (0.0,), digits=0),
    Row("F1 above the better `dbscan`", ("above",), (0.40,), at_least=True, digits=3),
    Row("outages to find / spots shown", ("outages", "spots"), digits=0),
)
SPEED = (
    Row("ms for a complaint on its arrival, median", ("median_ms",)),
    Row("the same, p95", ("p95_ms",), (2.0,)),
    Row("the same, p95 of the processor's time", ("p95_cpu_ms",)),
    Row("seconds of one DBSCAN (600 m, 10) of that window", ("dbscan_s",)),
    Row("p95 against that", ("ratio",), (0.05,), digits=4),
    Row("bytes in memory for each complaint", ("bytes",), (200.0,), digits=0),
    Row("seconds to rebuild a window, per 100,000", ("rebuild_s",), (2.0,)),
    Row("seconds for a whole backtest of 14 weeks, 1 M", ("backtest_s",), (150.0,), digits=0),
)


def quality(detectors: Mapping[str, Measures], rivals: Mapping[str, Measures]) -> str:
    """
    The measures of detectors, marked where they miss a target, beside those of their rivals.

    Both by column heading.
    """
    best = max((rival.f1 for rival in rivals.values()), default=np.nan)
    columns = {
        **{name: {**vars(each), "above": each.f1 - best} for name, each in detectors.items()},
        **{name: dict(vars(each)) for name, each in rivals.items()},
    }
    return table(QUALITY, columns, judged=tuple(detectors))


def speed(crowds: Sequence[Mapping[str, float]]) -> str:
    """The figures of crowds, see `speed.measure`, by how many complaints are in the window."""
    columns = {f"{each['window']:,.0f} in 72 h": each for each in crowds}
    note = ""
    if not all(each["dbscan_is_whole"] for each in crowds):
        note = (
            "\nWhere DBSCAN's neighbours would not fit into memory, the time to search them, "
            "without keeping them, stands for it.\n"
        )
    return table(SPEED, columns, judged=tuple(columns)) + note


def table(
    rows: Sequence[Row], columns: Mapping[str, Mapping[str, float]], *, judged: Sequence[str]
) -> str:
    """Return Markdown: a row each, its target, and its figures in each column."""
    lines = [("measure", "must", *columns), ("---",) * (2 + len(columns))]
    for row in rows:
        cells = (row.cell(figures, judged=name in judged) for name, figures in columns.items())
        lines.append((row.label, row.must, *cells))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
