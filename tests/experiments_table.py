"""
Makes the experiments alone, and writes what came of them into docs/operate.md.

A plugin of pytest: `./dev faults`.
"""

import subprocess
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.experiments import EXPERIMENTS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "operate.md"
BEGIN, END = "<!-- written by ./dev faults -->\n", "<!-- until here -->\n"
WANTED = {f"tests/{test}" for one in EXPERIMENTS.values() for test in one.tests}

_failed: dict[str, bool] = {}
_seconds: dict[str, float] = defaultdict(float)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    others = [item for item in items if _of(item.nodeid) not in WANTED]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if _of(item.nodeid) in WANTED]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        return
    test = _of(report.nodeid)
    _failed[test] = _failed.get(test, False) or report.failed
    _seconds[test] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8")


def table() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    rows = [_row(name) for name in EXPERIMENTS]
    states = [row[1] for row in rows]
    lines = [
        f"Made on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC at {commit or 'no commit'}: of"
        f" {len(rows)} experiments {states.count('holds')} hold, {states.count('holds in part')}"
        f" hold in what is tried of them, {states.count('FAILS')} fail,"
        f" {states.count('not run')} were not run, {states.count('no test')} have no test.",
        "",
        "| | | | tests | s | not tried of it |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _row(name: str) -> tuple[str, str, str, str, str, str]:
    one = EXPERIMENTS[name]
    tests = [f"tests/{test}" for test in one.tests]
    made = [test for test in tests if test in _failed]
    if any(_failed[test] for test in made):
        state = "FAILS"
    elif not tests:
        state = "no test"
    elif len(made) < len(tests):
        state = "not run"
    else:
        state = "holds in part" if one.misses else "holds"
    seconds = f"{sum(_seconds[test] for test in made):.0f}" if made else "–"
    return name, state, one.what, str(len(tests)), seconds, one.misses or "–"


def _of(nodeid: str) -> str:
    return nodeid.partition("[")[0]
