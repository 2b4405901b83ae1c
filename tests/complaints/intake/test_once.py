"""Senders who retry while the server and its workers are killed: ./dev bench once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from heatmaps_project.bench.intake.once import KILLS
from tests.processes import environment

COMPLAINTS = 10_000
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_each_complaint_is_stored_once_whatever_dies():
    done = subprocess.run(
        [sys.executable, "manage.py", "bench_once", f"--complaints={COMPLAINTS}"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )

    assert done.returncode == 0, done.stderr  # it fails where nothing was killed
    found = re.search(r"(\d+) complaints, \d+ answers, (\d+) kills; stored: (\d+)", done.stdout)
    assert found
    assert [int(found[1]), int(found[3])] == [COMPLAINTS] * 2
    assert int(found[2]) > KILLS  # the whole server, and workers of it
    sys.stdout.write(done.stdout)
