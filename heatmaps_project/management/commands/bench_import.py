"""./dev bench import: a person's file of a million complaints, beside bare COPY of its rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.intake.models import Complaint
from heatmaps_project.bench.importing.running import measured

LEAST_SHARE = 0.25  # of bare COPY's rows a second
MOST_GROWN_MB = 64  # after the first part


class Command(BaseCommand):
    help = "Import a file into an empty database, as a person would."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=1_000_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if Complaint.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        one = measured(options["rows"], says=self.stderr.write)
        self.stdout.write(
            f"{one.rows:,} rows: {one.ours_per_s:.0f} rows/s, read in {one.reading:.0f} s and"
            f" received in {one.receiving:.0f} s; bare COPY of {one.copied:,} of them:"
            f" {one.bare_per_s:.0f} rows/s; {one.share:.2f} of that (wanted: ≥ {LEAST_SHARE});"
            f" at most {one.late_mb:.0f} MB, {one.grown_mb:.0f} MB more than after the first part"
        )
        if one.share < LEAST_SHARE or one.grown_mb > MOST_GROWN_MB:
            raise CommandError("Too slow, or its memory grows.")
