"""Where the marks of the audit's charts go (pure): drawn as SVG, on a screen and on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

WIDTH, HEIGHT = 1000, 220  # of the drawing area, in the units of the SVG
_GAP: Final = 0.2  # of a bar's place
_MOST_LETTERS: Final = 84  # of the labels side by side, with two between


@dataclass(frozen=True)
class Part:
    """One colour of a bar, from the top; named by its series."""

    series: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    label: str
    x: float
    width: float
    parts: list[Part]
    title: str
    labelled: bool  # not all fit

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    top: int  # what the full height stands for
    width: int = WIDTH
    height: int = HEIGHT


def stacked(
    labels: Sequence[str], series: Mapping[str, Sequence[int]], titles: Sequence[str]
) -> Chart:
    """Return a bar for each label, made of its number in each series, the first at the bottom."""
    totals = [sum(values) for values in zip(*series.values(), strict=True)]
    top = max([*totals, 1])
    place = WIDTH / max(len(labels), 1)
    step = -(-sum(len(label) + 2 for label in labels) // _MOST_LETTERS) or 1
    bars = []
    for number, label in enumerate(labels):
        numbers = [values[number] for values in series.values()]
        tops = accumulate(numbers)
        parts = [
            Part(name, round(HEIGHT * (1 - upto / top), 2), round(HEIGHT * count / top, 2))
            for name, count, upto in zip(series, numbers, tops, strict=True)
            if count
        ]
        bars.append(
            Bar(
                label=label,
                x=round(place * (number + _GAP / 2), 2),
                width=round(place * (1 - _GAP), 2),
                parts=parts,
                title=titles[number],
                labelled=number % step == 0,
            )
        )
    return Chart(bars, top)
