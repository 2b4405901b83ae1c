"""Look-ups are made anew under the first pepper: docs/operate.md, "A new pepper"."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from heatmaps_project.operations.transitions_of_indexes import (
    COLUMNS,
    Column,
    ids_of_others,
    renew,
    renew_ids,
)


class Command(BaseCommand):
    help = "Make blind indexes that are not of the first pepper anew, while everything runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--status", action="store_true", help="count what is left, alone")
        parser.add_argument(
            "--rest",
            action="store_true",
            help="rows whose text nobody has any more, too: they are found no more",
        )

    def handle(self, *args: Any, status: bool, rest: bool, **options: Any) -> None:
        if not status:
            for column in COLUMNS:
                self._renew(column, rest=rest)
            if rest:
                self.stdout.write(f"complaints_customer.crm_id: {renew_ids()}")
        left = sum(self._left(column) for column in COLUMNS)
        if ids := ids_of_others().count():
            self.stdout.write(f"complaints_customer.crm_id: {ids} left: --rest")
        first, *others = (name or "without a name" for name in settings.BLIND_INDEX_PEPPERS)
        can_go = others and not left + ids
        self.stdout.write(
            f"Not of {first}: {left + ids}." + (f" {', '.join(others)} can go." if can_go else "")
        )

    def _renew(self, column: Column, *, rest: bool) -> None:
        done = 0
        for renewed in renew(column, rest=rest, now=timezone.now()):
            done += renewed
            self.stdout.write(f"{column}: {done}")

    def _left(self, column: Column) -> int:
        left = int(column.of_others().count())
        if left:
            self.stdout.write(f"{column}: {left} left: {column.goes}")
        return left
