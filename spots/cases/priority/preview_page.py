"""How a version of the weights is shown: what differs, and what it makes of the queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst

from complaints.customers.walls import Walls
from complaints.row_number import row_number
from spots.cases.priority.forms import VALUES
from spots.cases.priority.formula import Facts
from spots.cases.priority.models import PriorityWeights
from spots.cases.priority.preview import SHOWN, Difference, Line, Preview, preview
from spots.cases.priority.weighing import weights_in_force
from spots.cases.priority.wording import part_in_words, signed
from spots.cases.wording import number

VERSIONS = 50  # that may be chosen to compare with


@dataclass(frozen=True)
class Row:
    """A case of the new order, in words."""

    line: Line
    move: str  # "▲ 3", "▼ 12" or ""
    points_before: str
    points_after: str
    differences: list[tuple[str, str, str]]  # part in words, points before, after


def other_version(version: PriorityWeights, asked: str, *, now: datetime) -> PriorityWeights:
    """Return what a version is compared with: as asked, else the one in force, else the last."""
    others = PriorityWeights.objects.exclude(pk=version.pk)
    number = row_number(asked)
    chosen = others.filter(pk=number).first() if number else None
    if chosen is not None:
        return chosen
    in_force = weights_in_force(now=now)
    if version.pk is None or in_force.pk != version.pk:
        return in_force
    earlier = PriorityWeights.objects.filter(since__lt=version.since).order_by("-since")
    return earlier.first() or in_force


def context_of(
    version: PriorityWeights, against: PriorityWeights, *, walls: Walls, now: datetime
) -> dict[str, Any]:
    made = preview(against.weights, version.weights, walls=walls, now=now)
    others = PriorityWeights.objects.exclude(pk=version.pk).order_by("-since")[:VERSIONS]
    return {
        "version": version,
        "against": against,
        "versions": list(others) if version.pk else [],
        "values": _values(against, version),
        "preview": made,
        "bands": _bands(made),
        "rows": [_row(line) for line in made.lines],
        "shown": SHOWN,
        "is_in_force": version.pk is not None and weights_in_force(now=now).pk == version.pk,
    }


def _values(before: PriorityWeights, after: PriorityWeights) -> list[tuple[str, str, str]]:
    """Return each number of the version that is another, with its name."""
    names = {field.name: str(field.verbose_name) for field in PriorityWeights._meta.fields}
    return [
        (
            capfirst(names[name]),
            _shown(getattr(before, name)),
            _shown(getattr(after, name)),
        )
        for name in VALUES
        if getattr(before, name) != getattr(after, name)
    ]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {number(factor)}" for name, factor in value.items()) or "—"
    return number(value)


def _bands(made: Preview) -> list[dict[str, Any]]:
    """Cases of each band before and after, with bars on one scale."""
    most = max((max(before, after) for _band, before, after in made.bands), default=0) or 1
    return [
        {
            "band": band,
            "before": before,
            "after": after,
            "percent_before": round(100 * before / most),
            "percent_after": round(100 * after / most),
        }
        for band, before, after in made.bands
    ]


def _row(line: Line) -> Row:
    arrow = "▲" if line.rise > 0 else "▼"
    return Row(
        line=line,
        move=f"{arrow} {number(abs(line.rise))}" if line.rise else "",
        points_before=number(round(line.before.points)),
        points_after=number(round(line.after.points)),
        differences=[_difference(part, line.facts) for part in line.differences],
    )


def _difference(part: Difference, facts: Facts) -> tuple[str, str, str]:
    words = part_in_words(part.code, part.value, facts)
    return capfirst(words), signed(part.before), signed(part.after)
