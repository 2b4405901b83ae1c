"""What anybody may have written into the log fills no disk, and hides nothing else."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest

from heatmaps_project.logs import LINES_A_MINUTE, LONGEST, NotTooMany, UtcFormatter

LONG = "/".join(["a1b2c3d4e5f6g7h8"] * 400)
A_LINE = 600  # letters, at most, of whatever was sent


@contextmanager
def logged() -> Iterator[StringIO]:
    """What goes through a handler as the console's is."""
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(UtcFormatter("{levelname} {name} {message}{where}", style="{"))
    handler.addFilter(NotTooMany())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield said
    finally:
        root.removeHandler(handler)


@pytest.mark.django_db
def test_a_refused_request_is_a_short_line(client):
    with logged() as said:
        client.get(f"/{LONG}")
        client.get("/", headers={"host": LONG})
        client.get("/", headers={"host": "evil.example.org"})
        client.handler.enforce_csrf_checks = True
        client.post("/admin/login/", {}, headers={"origin": f"https://{LONG}"})

    lines = said.getvalue().splitlines()
    assert len(lines) == 4, "no traceback of what was only refused"
    assert max(map(len, lines)) < A_LINE


@pytest.mark.parametrize(
    "name", ["django.request", "django.security.csrf", "axes", "gunicorn.error"]
)
def test_refusals_beyond_so_many_a_minute_are_counted_and_faults_are_all_said(name, monkeypatch):
    moments = [float(60 * 1000), float(60 * 1001)]
    monkeypatch.setattr("logging.time.time", lambda: moments[0])
    with logged() as said:
        for number in range(LINES_A_MINUTE + 25):
            logging.getLogger(name).warning("Refused %s", number)
        logging.getLogger("django.request").error("A fault of ours")
        logging.getLogger("heatmaps").warning("What else is told")
        moments.pop(0)
        logging.getLogger(name).warning("Later")

    *refused, fault, other, later = said.getvalue().splitlines()
    assert len(refused) == LINES_A_MINUTE
    assert (fault, other) == (
        "ERROR django.request A fault of ours",
        "WARNING heatmaps What else is told",
    )
    assert later == f"WARNING {name} Later left_out=25"


def test_a_phone_at_the_cut_is_hidden_as_a_whole():
    with logged() as said:
        for before in range(280, 300):
            logging.getLogger("django.request").warning(
                "%s", f"{'/a' * (before // 2)}/79261234567/"
            )

    assert "7926" not in said.getvalue()


def test_the_words_of_a_fault_end_too():
    with logged() as said:
        logging.getLogger("heatmaps").error("x" * 10 * LONGEST)

    assert len(said.getvalue()) < LONGEST + 100


def test_the_console_and_gunicorn_are_filtered_so():
    """As they are set up in a process of their own."""
    asked = (
        "import django, logging; django.setup();"
        "from heatmaps_project import logs, web;"
        "line = logging.StreamHandler(); logging.getLogger('gunicorn.error').addHandler(line);"
        "web.post_fork(None, None);"
        "[console] = logging.getLogger().handlers;"
        "print(*(type(one.filters[0]).__name__ for one in (console, line)))"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["NotTooMany", "NotTooMany"]
