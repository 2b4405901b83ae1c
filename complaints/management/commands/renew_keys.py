"""Personal data is sealed anew under the first of DATA_KEYS: docs/operate.md, "If it leaks"."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from complaints.renewing import columns, renew


class Command(BaseCommand):
    help = "Seal what is not of the first of DATA_KEYS anew, while everything runs."

    def handle(self, *args: Any, **options: Any) -> None:
        first, *others = settings.DATA_KEYS
        every = list(columns())
        for column in every:
            self.stdout.write(f"{column}: {renew(column)}")
        left = sum(column.rows_of_other_keys().count() for column in every)
        self.stdout.write(
            f"Not of {first}: {left}." + (f" {', '.join(others)} can go." if not left else "")
        )
