"""./dev bench intake: what taking complaints costs, beside what the same rows cost without us."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.intake.models import Complaint
from heatmaps_project.bench.intake.speed import batches, singles

MOST_TIMES = 2.0  # of a bare view's CPU
LEAST_SHARE = 0.25  # of bare COPY's rows a second


class Command(BaseCommand):
    help = "Send complaints one by one and by the thousand into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        if Complaint.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        one, many = singles(), batches()
        self.stdout.write(
            "| | ours | bare | ours / bare | wanted |\n"
            "|---|---:|---:|---:|---:|\n"
            f"| one complaint, ms of CPU | {one.ours:.2f} | {one.bare:.2f} | {one.ratio:.2f}"
            f" | ≤ {MOST_TIMES} |\n"
            f"| batch of 5,000, rows/s | {many.ours:.0f} | {many.bare:.0f} | {many.share:.2f}"
            f" | ≥ {LEAST_SHARE} |"
        )
        if one.ratio > MOST_TIMES or many.share < LEAST_SHARE:
            raise CommandError("Too slow.")
