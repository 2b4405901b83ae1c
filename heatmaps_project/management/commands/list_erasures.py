"""Whoever was erased, a line each: kept beside the backups, which still have them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from heatmaps_project.operations import restoring


class Command(BaseCommand):
    help = "Print which customers were erased, by whom and when, for after_restore to do it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--into",
            type=Path,
            help="a file that is replaced as a whole, and not by a list that lacks a line of its",
        )
        parser.add_argument(
            "--anew",
            action="store_true",
            help="after_restore has run: the file is kept under another name, and begun anew",
        )

    def handle(self, *args: Any, into: Path | None, anew: bool, **options: Any) -> None:
        if into is None:
            for one in restoring.erasures():
                self.stdout.write(one.line())
            return
        if into.exists() and anew:
            into.replace(into.with_name(f"{into.name}.{timezone.now():%Y%m%dT%H%M%SZ}"))
        elif into.exists() and (lost := restoring.not_here(restoring.kept_in(into))):
            raise CommandError(
                f"{into} knows of {lost} erasures that this database does not: it was restored."
                " Run after_restore, then this with --anew. Nothing was changed."
            )
        restoring.keep_in(into)
