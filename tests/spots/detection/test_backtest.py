"""The command on a small folder, from the files to the lines."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_rule, make_topic

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEKS = 5
TEST_FROM = MONDAY + timedelta(weeks=WEEKS)
HEADER = ["id", "customer", "occurred_at", "received_at", "lon", "lat", "precision", "topic"]


def write_folder(folder: Path) -> Path:
    """Five quiet weeks in a town of 1,000; then twelve customers of one street in an hour."""
    rng = np.random.default_rng(4)
    place = np.round(rng.normal([37.6, 55.7], 0.02, (200, 2)), 6)
    quiet = [(MONDAY + timedelta(hours=h), rng.integers(1000), place[h % 200]) for h in range(840)]
    after = [TEST_FROM + timedelta(hours=2, minutes=5 * i) for i in range(12)]
    outage = [(at, 2000 + i, place[7] + i * 1e-4) for i, at in enumerate(after)]
    lost = [(TEST_FROM + timedelta(hours=4, seconds=i), 3000 + i, (0, 0)) for i in range(30)]
    with (folder / "complaints.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for number, (at, customer, (lon, lat)) in enumerate(quiet + outage + lost):
            when = at.isoformat()
            rows.writerow((number, f"c{customer}", when, when, lon, lat, "house", "no_signal"))
    with (folder / "buildings.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("lon", "lat", "subscribers"))
        rows.writerows((*each, 5) for each in place)
    until = TEST_FROM + timedelta(hours=24)
    meta = {"test_from": TEST_FROM.isoformat(), "until": until.isoformat()}
    (folder / "meta.json").write_text(json.dumps(meta))
    return folder


def backtest(folder: Path, **options: object) -> list[dict]:
    out = folder / "spots.jsonl"
    call_command("backtest", str(folder), out=out, **options)
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_an_outage_is_written_as_one_spot_from_first_to_last(tmp_path):
    lines = backtest(write_folder(tmp_path))

    ats = [datetime.fromisoformat(line["at"]) for line in lines]
    assert {line["spot"] for line in lines} == {lines[0]["spot"]}
    assert isinstance(lines[0]["spot"], str)
    assert [line["state"] for line in lines] == ["open"] * (len(lines) - 1) + ["dormant"]
    assert ats == sorted(ats)
    assert all((at - TEST_FROM) % timedelta(minutes=15) == timedelta() for at in ats)
    assert {840 + i for i in range(12)} <= set(lines[-2]["members"])
    assert not set(range(852, 882)) & set(lines[-2]["members"])  # those at 0, 0
    assert all(line["outline"][0] == line["outline"][-1] for line in lines[:-1])


def test_learning_anew_each_night_and_the_simple_rule_find_it_too(tmp_path):
    folder = write_folder(tmp_path)

    nightly = backtest(folder, baseline="nightly", tick=1.0)
    simple = backtest(folder, detector="dbscan", tick=1.0)

    assert [line["state"] for line in nightly][-1] == "dormant"
    assert "open" in {line["state"] for line in simple}


def test_a_threshold_out_of_reach_finds_nothing(tmp_path):
    assert backtest(write_folder(tmp_path), threshold=100.0) == []


@pytest.mark.parametrize("missing", ["complaints.csv", "meta.json"])
def test_a_folder_without_its_files_is_refused_in_words(tmp_path, missing):
    write_folder(tmp_path)
    (tmp_path / missing).unlink()

    with pytest.raises(CommandError, match=missing):
        backtest(tmp_path)


@pytest.mark.django_db
def test_a_rule_of_the_database_is_replayed_with_its_own_topics_and_values(tmp_path):
    folder = write_folder(tmp_path)
    make_rule("theirs", topics=[make_topic("no_signal")])
    make_rule("deaf", open_at=50.0)
    make_rule("others", topics=[make_topic("slow_data")])

    assert backtest(folder, rule="theirs") == backtest(folder)
    assert backtest(folder, rule="deaf") == []
    assert backtest(folder, rule="others") == []


@pytest.mark.django_db
def test_a_rule_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="quiet"):
        backtest(write_folder(tmp_path), rule="quiet")


@pytest.mark.django_db
def test_weeks_per_false_spot_mean_a_score_for_the_folders_subscribers(tmp_path):
    folder = write_folder(tmp_path)
    make_rule("often", weeks_per_false_spot=1.0)

    assert {line["spot"] for line in backtest(folder, rule="often")}
