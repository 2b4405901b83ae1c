"""The bench of detection: what is compared with what, and on which streams."""

from collections.abc import Sequence
from pathlib import Path

from heatmaps_project.bench.detection import tables
from heatmaps_project.bench.detection.rebuild import rebuild_seconds
from heatmaps_project.bench.detection.runs import GRID, Bench, mean, said
from heatmaps_project.bench.detection.scenario import Scenario
from heatmaps_project.bench.detection.scoring import Measures
from heatmaps_project.bench.detection.speed import (
    backtest_seconds,
    dense_crowd,
    measure,
    usual_crowd,
)
from spots.detection.rules import Rule

DETECTORS = (Rule(), Rule(open_at=6.5))
HEARING = (Rule(survey_weight=0.5), Rule(survey_weight=1.0))
RIVAL = Rule(detector="dbscan")
TUNING_SEEDS = (7, 17)  # of streams that only tune the rival
TUNING_WEEKS = 3  # of each, at most
CROWDED = 8_000_000  # subscribers
MOST_REBUILD_S = 2.0  # for 100,000 complaints
DENSE = (100_000, 1_000_000)  # complaints in 72 h


def quality(
    *,
    store: Path,
    seeds: Sequence[int],
    subscribers: int,
    test_weeks: int,
    tuned: bool,
    answers_a_day: int = 0,
    grid: Sequence[Rule] = GRID,
) -> str:
    """
    Return a table of how well outages are found: the mean over the seeds.

    tuned          also the best rule of `grid` on streams of other seeds
    answers_a_day  to surveys in these streams; with any, also rules that hear them
    :raises ValueError: if a seed is that of a stream for tuning
    """
    if tuned and (both := set(TUNING_SEEDS).intersection(seeds)):
        raise ValueError(f"Seed {min(both)} is for tuning: it judges nobody.")
    bench = Bench(store)
    played = [
        Scenario(seed, subscribers, test_weeks=test_weeks, answers_a_day=answers_a_day)
        for seed in seeds
    ]

    def judged(rule: Rule) -> Measures:
        return mean([bench.run(scenario, rule) for scenario in played])

    rules = (*DETECTORS, *HEARING) if answers_a_day else DETECTORS
    detectors = {f"`{said(rule)}`": judged(rule) for rule in rules}
    rivals = {f"`{said(RIVAL)}`": judged(RIVAL)}
    if tuned:
        weeks = min(TUNING_WEEKS, test_weeks)
        best = bench.best([Scenario(s, subscribers, test_weeks=weeks) for s in TUNING_SEEDS], grid)
        rivals[f"`{said(best)}` (tuned)"] = judged(best)
    return tables.quality(detectors, rivals)


def speed(*, store: Path, seed: int) -> str:
    """Return a table of how fast complaints are taken, usual ones and in dense crowds."""
    whole = backtest_seconds(Bench(store).folder(Scenario(seed)))
    crowds = [usual_crowd(), *(dense_crowd(many, subscribers=CROWDED) for many in DENSE)]
    figures = [measure(crowd, subscribers=CROWDED, seed=seed) for crowd in crowds]
    figures[0]["backtest_s"] = whole
    return tables.speed(figures)


def restart() -> str:
    """Return a line on how long a window takes to be read again from the database."""
    many = 100_000
    seconds = rebuild_seconds(many)
    mark = tables.MISSED if seconds > MOST_REBUILD_S else ""
    return (
        f"After a restart {many:,} complaints of the last 72 h are read from the database in"
        f" {seconds:.1f} s{mark} (must be ≤ {MOST_REBUILD_S:g} s).\n"
    )
