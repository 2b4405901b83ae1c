"""End what has reached its age until nothing is left; or only say how much it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from heatmaps_project.customers.retention.overview import lines
from heatmaps_project.customers.retention.transitions import end_by_age


class Command(BaseCommand):
    help = "End personal data that have reached their age; the sweep does it by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count, in full")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        if dry_run:
            for line in lines(now=now, most=None):
                self.stdout.write(f"{line.kind.value}: {line.due} end, {line.held} wait")
            return
        ended = 0
        while some := end_by_age(now=now):
            ended += some
        self.stdout.write(f"Ended: {ended}.")
