"""A backup was restored: whoever was erased is erased again, and nobody is told twice."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from heatmaps_project.operations import restoring
from heatmaps_project.operations.transitions_of_numbers import give_no_number_again


class Command(BaseCommand):
    help = "Run once after a restore, before web, workers and beat are started."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--erasures", type=Path, required=True, help="what list_erasures printed last"
        )
        parser.add_argument(
            "--lost-at",
            type=datetime.fromisoformat,
            required=True,
            help="when the lost database last worked, with its zone: 2026-11-27T19:30:00+00:00",
        )

    def handle(self, *args: Any, erasures: Path, lost_at: datetime, **options: Any) -> None:
        if timezone.is_naive(lost_at):
            raise CommandError("--lost-at has no zone: write +00:00 behind a time of UTC.")
        now = timezone.now()
        if lost_at > now:
            raise CommandError("--lost-at is still to come.")
        try:
            kept = restoring.kept_in(erasures)
        except ValueError as error:
            raise CommandError(
                f"{erasures} has a line that is not one of list_erasures."
            ) from error
        erased = restoring.erase_again(kept, now=now)
        give_no_number_again()
        unknown = restoring.doubt_messages(lost_at=lost_at)
        self.stdout.write(
            f"Erased again: {erased}."
            f" Messages that perhaps went out and do not go by themselves: {unknown}."
        )
