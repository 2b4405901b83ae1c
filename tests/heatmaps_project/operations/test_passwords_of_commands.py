"""No password stands on a command line, which whoever is on the machine reads."""

import os
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

BACKUP = Path(__file__).parents[3] / "docs" / "operate" / "backup"
URL = "postgresql://db1/postgres?user=postgres&password=quiet"


@pytest.mark.parametrize(
    "url", ["postgresql://postgres:quiet@db1/postgres", URL, "host=db1 password=quiet"]
)
def test_the_backup_takes_no_password_however_it_is_written(tmp_path, url):
    said = subprocess.run(
        [BACKUP, tmp_path], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True
    )

    assert said.returncode == 1
    assert "~/.pgpass is for it" in said.stderr
    assert "quiet" not in said.stderr


@pytest.mark.parametrize("servers", [URL, "host=db1,db2 user=postgres password=quiet"])
def test_failing_over_takes_none(servers):
    with pytest.raises(CommandError, match="pgpass"):
        call_command("fail_over", servers)
