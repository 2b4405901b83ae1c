"""Whoever was erased, a line each: kept beside the backups, which still have them."""

from typing import Any

from django.core.management.base import BaseCommand

from heatmaps_project.operations.restoring import erasures


class Command(BaseCommand):
    help = "Print which customers were erased, by whom and when, for after_restore to do it again."

    def handle(self, *args: Any, **options: Any) -> None:
        for one in erasures():
            self.stdout.write(one.line())
