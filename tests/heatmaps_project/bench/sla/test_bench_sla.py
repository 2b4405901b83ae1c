"""The bench of recomputation, small."""

import pytest
from django.core.management import CommandError, call_command

from spots.models import Clock
from tests.factories import make_spot

pytestmark = pytest.mark.django_db


def test_every_open_promise_is_counted_anew_and_the_time_told(capsys):
    call_command("bench_sla", clocks=63)

    row = capsys.readouterr().out.splitlines()[-1]
    many = Clock.objects.running().count()
    assert many >= 60
    assert row.startswith(f"| {many} | {many} | {many} |")


def test_a_database_in_use_is_left_alone():
    make_spot()

    with pytest.raises(CommandError, match="not empty"):
        call_command("bench_sla")
