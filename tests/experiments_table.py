"""
Makes the experiments alone, and writes what came of them into docs/operate.md.

A plugin of pytest: `./dev faults`. With files or -k it makes some, and keeps the rows of others.
"""

import fcntl
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

from heatmaps_project.bench.document import made, write, written
from tests.experiments import EXPERIMENTS

COMMAND = "./dev faults"
TURNS = Path(__file__).resolve().parents[1] / ".run" / "experiments.lock"
WANTED = {f"tests/{test}" for one in EXPERIMENTS.values() for test in one.tests}

NOT_RUN = "not run"
Row = tuple[str, ...]  # its cells: name, state, what, tests, seconds, not tried, made

_failed: dict[str, bool] = {}
_seconds: dict[str, float] = defaultdict(float)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    others = [item for item in items if _of(item.nodeid) not in WANTED]
    config.hook.pytest_deselected(items=others)
    wanted = [item for item in items if _of(item.nodeid) in WANTED]
    items[:] = sorted(wanted, key=_is_alone)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool, bool]:
    """Make what measures while no other process makes an experiment."""
    with TURNS.open("a") as turns:
        fcntl.flock(turns, fcntl.LOCK_EX if _is_alone(item) else fcntl.LOCK_SH)
        return (yield)


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        return
    test = _of(report.nodeid)
    _failed[test] = _failed.get(test, False) or report.failed
    _seconds[test] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    former = map(_cells, written(COMMAND).splitlines())
    write(COMMAND, table({row[0]: row for row in former if row[0] in EXPERIMENTS}))


def table(former: dict[str, Row]) -> str:
    """Return the table in Markdown; `former`: what it said before, by experiment."""
    rows = []
    for name in EXPERIMENTS:
        row = _row(name)
        rows.append(former.get(name, row) if row[1] == NOT_RUN else row)
    states = [row[1] for row in rows]
    lines = [
        f"Of {len(rows)} experiments {states.count('holds')} hold, {states.count('holds in part')}"
        f" hold in what is tried of them, {states.count('FAILS')} fail,"
        f" {states.count(NOT_RUN)} were not run, {states.count('no test')} have no test.",
        "",
        "| | | | tests | s | not tried of it | made |",
        "|---|---|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _cells(line: str) -> Row:
    return tuple(line.strip("| ").split(" | "))


def _row(name: str) -> Row:
    one = EXPERIMENTS[name]
    tests = [f"tests/{test}" for test in one.tests]
    ran = [test for test in tests if test in _failed]
    if any(_failed[test] for test in ran):
        state = "FAILS"
    elif not tests:
        state = "no test"
    elif len(ran) < len(tests):
        state = NOT_RUN
    else:
        state = "holds in part" if one.misses else "holds"
    seconds = f"{sum(_seconds[test] for test in ran):.0f}" if ran else "–"
    when = made() if ran else "–"
    return name, state, one.what, str(len(tests)), seconds, one.misses or "–", when


def _of(nodeid: str) -> str:
    return nodeid.partition("[")[0]
