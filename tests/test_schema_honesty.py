"""
The API answers as its OpenAPI document says, whatever it is asked (schemathesis).

Here for less than half a minute; `./dev bench fuzz` does the same for ten.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache

from heatmaps_project.bench.fuzz.asking import arguments, described
from tests.factories import bearer, make_api_client
from tests.scene import make_scene

SECONDS = 20


@pytest.mark.django_db(transaction=True)
def test_no_answer_is_a_failure_or_one_that_is_not_described(live_server, settings, tmp_path: Path):
    settings.API_REQUESTS_PER_MINUTE = settings.API_LIST_SECONDS_PER_MINUTE = 1_000_000
    cache.clear()
    make_scene()
    token = bearer(make_api_client())["Authorization"]

    schema = described(live_server.url, tmp_path)
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *arguments(schema, live_server.url, token, SECONDS),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(settings.BASE_DIR),
            "SCHEMATHESIS_HOOKS": "heatmaps_project.bench.fuzz.ndjson",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert asked.returncode == 0, asked.stdout[-6000:] + asked.stderr[-2000:]
    assert "Test cases" in asked.stdout
