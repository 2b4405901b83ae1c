"""The bench from end to end, on streams small enough for seconds."""

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from heatmaps_project.bench.detection import report, runs, speed, tables
from heatmaps_project.bench.detection.runs import Bench, mean
from heatmaps_project.bench.detection.scenario import Scenario, write_folder
from heatmaps_project.bench.detection.scoring import Measures
from spots.detection.backtest import read_folder
from spots.detection.rules import Learning, Rule

TINY = Scenario(seed=5, subscribers=15_000, test_weeks=1)
GOOD = Measures(
    f1=0.95,
    false_spots=0.1,
    recall_5_9=0.7,
    recall_10_19=0.97,
    recall_20_up=1.0,
    hours_median=0.8,
    hours_p90=4.0,
    ids=1.0,
    switches=0.0,
    iou_subscribers=0.7,
    iou_area=0.5,
    from_future=0.0,
    outages=50.0,
    spots=48.0,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Filled by the tests, one after the other, as by a bench that is stopped and goes on."""
    return tmp_path_factory.mktemp("bench")


def command(store: Path, *arguments: str) -> str:
    out = StringIO()
    call_command(
        "bench_detection",
        *("--store", str(store), "--subscribers", "15000", "--test-weeks", "1"),
        *arguments,
        stdout=out,
    )
    return out.getvalue()


def test_the_command_prints_a_table_and_writes_it(store):
    out = store / "table.md"

    text = command(store, "--quick", "--seeds", "5", "--out", str(out))

    header, rule, *rows = text.splitlines()
    assert header.startswith("| measure | must | `surprise at 7.0` | `surprise at 6.5` | `dbscan")
    assert set(rule) <= set("| -")
    assert rows[0].startswith("| F1 | ≥ 0.93 | ")
    assert out.read_text() == text


def test_a_finished_run_is_not_made_again(store, monkeypatch):
    before = command(store, "--quick", "--seeds", "5")
    monkeypatch.setattr(runs, "replay", None)

    assert command(store, "--quick", "--seeds", "5") == before


def test_changed_code_or_another_rule_is_run_anew(tmp_path, monkeypatch):
    played: list[Rule] = []
    monkeypatch.setattr(runs, "replay", lambda _, rule, **__: iter(played.append(rule) or ()))
    bench, rule, other = Bench(tmp_path), Rule(), Rule(open_at=6.9)

    for each in (rule, rule, other, other):
        bench.run(TINY, each)
    assert played == [rule, other]

    changed = tmp_path / "engine.py"
    changed.write_text("# faster")
    monkeypatch.setattr(runs, "DETECTION", [changed])
    bench.run(TINY, rule)
    assert played == [rule, other, rule]


def test_the_rival_is_the_best_of_the_grid_over_the_streams_for_tuning(tmp_path, monkeypatch):
    grid = [Rule(detector="dbscan", minimum=minimum) for minimum in (6, 10, 16)]
    reached = {6: (0.3, 0.8), 10: (0.6, 0.6), 16: (0.9, np.nan)}  # on two streams

    def run(_: Bench, scenario: Scenario, rule: Rule, *, tick_h: float) -> Measures:
        f1 = reached[rule.minimum][scenario == other]
        return Measures(**{**vars(GOOD), "f1": f1 * (rule.simple_every_h == tick_h)})

    other = Scenario(seed=6, subscribers=15_000, test_weeks=1)
    monkeypatch.setattr(Bench, "run", run)

    assert Bench(tmp_path).best([TINY, other], grid) == grid[1]


def test_a_scenario_is_written_as_the_folder_that_a_backtest_reads(tmp_path):
    truth = TINY.play()
    write_folder(truth, tmp_path / "stream")

    told, folder = truth.stream.complaints, read_folder(tmp_path / "stream")
    assert folder.complaints.id.tolist() == list(range(len(told.customer)))
    assert (folder.complaints.topic == told.topic).all()
    assert len(np.unique(folder.complaints.customer)) == len(np.unique(told.customer))
    assert folder.until_h - folder.test_from_h == 168
    assert folder.subscribers.sum() == truth.subscribers


def test_a_measure_is_averaged_over_the_seeds_that_have_it():
    other = Measures(**{**vars(GOOD), "f1": 0.85, "recall_5_9": np.nan})

    assert mean([GOOD, other]).f1 == pytest.approx(0.9)
    assert mean([GOOD, other]).recall_5_9 == 0.7


def test_a_figure_that_misses_its_target_is_marked_and_a_rival_is_not_judged():
    slow = Measures(**{**vars(GOOD), "hours_p90": 6.0})
    rival = Measures(**{**vars(GOOD), "f1": 0.5})

    text = tables.quality({"ours": GOOD, "slow": slow}, {"rival": rival})

    assert text.count("✗") == 1
    assert "| hours to detect, median / p90 | ≤ 0.95 / 5 | 0.80 / 4.00 | 0.80 / 6.00 ✗ |" in text
    assert "| F1 above the better `dbscan` | ≥ 0.4 | 0.450 | 0.450 | – |" in text


def test_speed_is_measured_in_a_crowd_and_told_as_a_table():
    dense = speed.dense_crowd(2000, subscribers=50_000)
    crowd = speed.Crowd(1, dense.per_subscriber_day, Learning(enough_h=96.0, guard_h=0.0), 20)

    figures = speed.measure(crowd, subscribers=50_000, seed=1)

    assert 1600 < figures["window"] < 3000
    assert 0 < figures["median_ms"] <= figures["p95_ms"]
    assert figures["ratio"] == pytest.approx(figures["p95_ms"] / 1000 / figures["dbscan_s"])
    assert figures["bytes"] > 0
    assert "| the same, p95 | ≤ 2 | " in tables.speed([figures])


def test_neighbours_that_do_not_fit_into_memory_are_searched_in_a_sample(monkeypatch):
    point = np.random.default_rng(1).normal(0, 2000, (3000, 2))
    assert speed.dbscan_seconds(point)[1]

    monkeypatch.setattr(speed, "MOST_NEIGHBOURS", 10)
    assert not speed.dbscan_seconds(point)[1]


def test_the_command_refuses_a_seed_of_a_stream_for_tuning(store):
    with pytest.raises(CommandError, match="tuning"):
        command(store, "--seeds", str(report.TUNING_SEEDS[0]))
