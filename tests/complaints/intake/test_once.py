"""Senders who retry while the server is killed: ./dev bench once, with fewer complaints."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import environment

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_each_complaint_is_stored_once_whatever_dies():
    done = subprocess.run(
        [sys.executable, "manage.py", "bench_once", "--complaints=1500"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr  # it fails where nothing was killed
    assert re.search(r"1500 complaints, \d+ answers, [1-9]\d* kills; stored: 1500", done.stdout)
