"""What was carried, and how many cores carry what: Markdown."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from heatmaps_project.bench.capacity.driving import GOOD, Played
from heatmaps_project.bench.capacity.load import IN_A_BATCH, Kind

MOST_BUSY: Final = 0.6  # of a core: above it, those who wait stand in line
STAFF: Final = 700


def table(played: Sequence[Played], alone: Mapping[str, float]) -> str:
    """Return a line for each kind: its cost, and at each share what was carried and how fast."""
    shares = [f"at {one.share:.0%}: carried, p50 / p95 / p99 s" for one in played]
    lines = [
        f"| one of | CPU, ms | {' | '.join(shares)} |",
        f"|---|---:|{'---:|' * len(played)}",
    ]
    for name, cost in alone.items():
        cells = " | ".join(_cell(one, name) for one in played)
        lines.append(f"| {name} | {cost:.1f} | {cells} |")
    whole = [
        f"{sum(a.status in GOOD for a in one.answers) / one.seconds:.0f}/s, {errors(one)} errors,"
        f" {one.cores:.1f} cores"
        for one in played
    ]
    lines.append(f"| all | | {' | '.join(whole)} |")
    return "\n".join(lines) + "\n"


def errors(played: Played) -> int:
    """Answers that are none, or of a fault."""
    return sum(one.status not in GOOD for one in played.answers)


def cores(kinds: Sequence[Kind], alone: Mapping[str, float]) -> float:
    """Return how many cores carry the whole load, none of them more than MOST_BUSY busy."""
    return sum(kind.a_second * alone[kind.name] for kind in kinds) / 1000 / MOST_BUSY


def rule(kinds: Sequence[Kind], alone: Mapping[str, float]) -> str:
    """Return the rule of sizing that follows from the costs, in words."""
    intake = [kind for kind in kinds if "complaint" in kind.name]
    people = [kind for kind in kinds if kind not in intake]
    staff = cores(people, alone) / STAFF * 1000
    single = alone["complaint by itself"] / MOST_BUSY / 3600
    batch = alone[f"batch of {IN_A_BATCH} complaints"] / IN_A_BATCH / MOST_BUSY / 3600
    return (
        f"The whole load takes {cores(kinds, alone):.1f} cores, none busier than {MOST_BUSY:.0%}:"
        f" {staff:.1f} for 1,000 staff in an outage, {single:.4f} for 1,000 complaints an hour one"
        f" by one, and {batch:.5f} in batches; web and database together, workers and the detector"
        " come beside them."
    )


def _cell(played: Played, name: str) -> str:
    told = [one for one in played.answers if one.kind == name and one.status in GOOD]
    if not told:
        return f"0 of {played.due[name]}"
    p50, p95, p99 = np.percentile([one.ms / 1000 for one in told], [50, 95, 99])
    return f"{len(told)} of {played.due[name]}, {p50:.2f} / {p95:.2f} / {p99:.2f}"
