"""./dev bench geocode: how long an address takes with a million in the registry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.geocoding.models import Address
from heatmaps_project.bench.geocoding.asking import MOST_MS, Timings, table, timed
from heatmaps_project.bench.geocoding.registry import fill


class Command(BaseCommand):
    help = "Fill an empty registry of addresses and time the geocoder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--addresses", type=int, default=1_000_000)
        parser.add_argument("--many", type=int, default=400, help="of each spelling")

    def handle(self, *args: Any, **options: Any) -> None:
        if not Address.objects.exists():
            fill(options["addresses"])
        rows = list(timed(options["many"]))
        every = Timings("all together", right=sum(one.right for one in rows))
        for one in rows:
            every.ms += one.ms
            every.cpu_ms += one.cpu_ms
        self.stdout.write(f"{Address.objects.count():,} addresses\n{table([*rows, every])}")
        if every.cpu_at(95) > MOST_MS:
            raise CommandError(f"An address took more than {MOST_MS} ms of CPU at p95.")
