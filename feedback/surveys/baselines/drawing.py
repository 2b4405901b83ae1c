"""Where the marks of a trend beside its baseline go (pure): drawn as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from feedback.surveys.scores import Estimate

WIDTH: Final = 900
HEIGHT: Final = 220
_MOST_LABELS: Final = 10
_STEPS: Final = (5, 10, 20, 25, 50)


@dataclass(frozen=True)
class Mark:
    """A point with its interval; None: too few answers to draw one."""

    x: float
    y: float
    high: float  # y of the upper end, which is less
    low: float
    proven: bool
    label: str
    labelled: bool  # not all fit
    title: str


@dataclass(frozen=True)
class Trend:
    band: tuple[float, float, float]  # y of the baseline, of its upper end, and how high it is
    marks: list[Mark]
    ticks: list[tuple[float, int]]  # y and value


def drawn(baseline: Estimate, points: Sequence[tuple[str, str, Estimate | None, bool]]) -> Trend:
    """
    Return a trend beside its baseline.

    points  label, title, value and whether it differs from the baseline beyond chance
    """
    told = [baseline, *(one for _label, _title, one, _proven in points if one)]
    lowest, highest = min(one.low for one in told), max(one.high for one in told)
    step = next((s for s in _STEPS if (highest - lowest) / s <= 6), _STEPS[-1])
    bottom, top = int(lowest // step) * step, -int(-highest // step) * step
    top = max(top, bottom + step)

    def y(value: float) -> float:
        return round(HEIGHT * (top - value) / (top - bottom), 1)

    place = WIDTH / max(1, len(points))
    every = -(-len(points) // _MOST_LABELS) or 1
    marks = [
        Mark(
            x=round(place * (number + 0.5), 1),
            y=y(one.value),
            high=y(one.high),
            low=y(one.low),
            proven=proven,
            label=label,
            labelled=number % every == 0,
            title=title,
        )
        for number, (label, title, one, proven) in enumerate(points)
        if one
    ]
    band = (y(baseline.value), y(baseline.high), round(y(baseline.low) - y(baseline.high), 1))
    ticks = [(y(value), value) for value in range(bottom, top + 1, step)]
    return Trend(band, marks, ticks)
