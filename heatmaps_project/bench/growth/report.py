"""The curve of growth as a table and a drawing, kept from run to run."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import log10
from pathlib import Path
from typing import Final

from heatmaps_project.bench.growth.asking import Cost

FLAT: Final = 1.5  # times as much at the largest size as at the smallest
# Less than so much more is the unrest of the measurement.
UNREST_MS: Final = 3.0
WIDE, HIGH, LEFT, TOP, ROW = 720, 420, 60, 20, 14
COLOURS: Final = ("#1b6ca8", "#c4452f", "#3a8a4f", "#8e5bb0", "#b8860b", "#4a4a4a")

Curves = dict[int, dict[str, Cost]]  # by complaints, by what was asked


def kept(file: Path) -> Curves:
    """Return what former runs measured."""
    if not file.exists():
        return {}
    told = json.loads(file.read_text())
    return {
        int(size): {name: Cost(**cost) for name, cost in costs.items()}
        for size, costs in told.items()
    }


def keep(file: Path, curves: Curves) -> None:
    told = {
        size: {name: asdict(cost) for name, cost in costs.items()} for size, costs in curves.items()
    }
    file.write_text(json.dumps(told, indent=1))


def table(curves: Mapping[int, Mapping[str, Cost]]) -> str:
    """Return Markdown: milliseconds of the processors, and on the clock in brackets."""
    sizes = sorted(curves)
    lines = [
        f"| one of | {' | '.join(f'{size:,}' for size in sizes)} | grows | queries |",
        f"|---|{'---:|' * (len(sizes) + 2)}",
    ]
    for name, last in curves[sizes[-1]].items():
        at = [curves[size].get(name) for size in sizes]
        shown = " | ".join(f"{one.cpu_ms:.1f} ({one.ms:.1f})" if one else "–" for one in at)
        first = at[0] or last
        mark = "" if is_flat(first, last) else " ✗"
        asked = last.queries or "–"
        lines.append(f"| {name} | {shown} | ×{last.cpu_ms / first.cpu_ms:.1f}{mark} | {asked} |")
    return "\n".join(lines) + "\n"


def is_flat(first: Cost, last: Cost) -> bool:
    return last.cpu_ms <= max(FLAT * first.cpu_ms, first.cpu_ms + UNREST_MS)


def drawing(curves: Mapping[int, Mapping[str, Cost]]) -> str:
    """Return SVG: what one costs, ms of the processors, over complaints; both axes logarithmic."""
    sizes = sorted(curves)
    names = list(curves[sizes[-1]])
    costs = [max(cost.cpu_ms, 0.1) for size in sizes for cost in curves[size].values()]
    low, high = int(log10(min(costs)) - 1), int(log10(max(costs))) + 1
    first, last = log10(sizes[0]), max(log10(sizes[-1]), log10(sizes[0]) + 0.1)

    def across(size: int) -> float:
        return LEFT + (log10(size) - first) / (last - first) * WIDE

    def down(ms: float) -> float:
        return TOP + (high - log10(max(ms, 0.1))) / (high - low) * HIGH

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 300}'
        f' {TOP + HIGH + 40}" font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for power in range(low, high + 1):
        y = down(10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.0f}h{WIDE}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g}</text>'
        )
    for size in sizes:
        x, y = across(size), TOP + HIGH + 20
        parts.append(f'<text x="{x:.0f}" y="{y}" text-anchor="middle">{size:,}</text>')
    beside = TOP
    for number, name in enumerate(names):
        colour, dash = COLOURS[number % len(COLOURS)], number // len(COLOURS) * 3
        points = [(across(s), down(curves[s][name].cpu_ms)) for s in sizes if name in curves[s]]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        style = f'stroke="{colour}" stroke-dasharray="{dash or "none"}"'
        parts.append(f'<polyline points="{line}" fill="none" stroke-width="2" {style}/>')
        parts.append(f'<path d="M{LEFT + WIDE + 20} {beside}h24" stroke-width="2" {style}/>')
        parts.append(f'<text x="{LEFT + WIDE + 50}" y="{beside + 4}">{name}</text>')
        beside += ROW + 6
    parts.append(f'<text x="{LEFT}" y="12">ms of the processors for one; complaints below</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
