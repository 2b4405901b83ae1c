"""./dev bench sla: how long open promises take to be counted anew after a calendar was edited."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from heatmaps_project.bench.sla.filling import fill
from spots.cases import transitions
from spots.models import Case, LedgerEntry, WorkingTime
from spots.sla.models import LedgerKind

MOST_S = 60


class Command(BaseCommand):
    help = "Fill an empty database with open promises, edit every calendar, and count them anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clocks", type=int, default=100_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if Case.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        clocks = fill(options["clocks"], now=timezone.now())
        transitions.recompute_promises(now=timezone.now(), work_s=float("inf"))
        for row in WorkingTime.objects.all():
            row.holidays = [*row.holidays, timezone.now().date().isoformat()]
            row.save()
        began = perf_counter()
        changed = transitions.recompute_promises(now=timezone.now(), work_s=float("inf"))
        took = perf_counter() - began
        anew = LedgerEntry.objects.filter(kind=LedgerKind.PROMISED).count()
        self.stdout.write(
            "| open promises | changed | ledger entries | seconds | at most |\n"
            "|---:|---:|---:|---:|---:|\n"
            f"| {clocks} | {changed} | {anew} | {took:.1f} | {MOST_S} |\n"
        )
