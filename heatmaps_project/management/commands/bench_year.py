"""./dev bench year: whether a year of the demo is seeded in time, and its figures are right."""

from time import perf_counter
from typing import Any, Final

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from heatmaps_project.supervision.rollups.transitions import roll_up

MOST_S: Final = 300


class Command(BaseCommand):
    help = (
        "Seed a year of the demo into an empty database, and count the figures of its pages"
        " a second time, row by row: before anything is summed, and after."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        began = perf_counter()
        call_command("seed_demo", years=1)
        took = perf_counter() - began
        self.stdout.write(f"A year seeded in {took:.0f} s.\nNothing is summed yet:")
        call_command("bench_figures")
        days = 0
        while some := roll_up(now=timezone.now()):
            days += some
        self.stdout.write(f"{days:,} days of facts are summed:")
        call_command("bench_figures")
        if took > MOST_S:
            raise CommandError(f"Seeding took more than {MOST_S} s.")
