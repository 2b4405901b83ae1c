"""Customers' phones and mail go out of what the staff wrote: docs/operate.md."""

from typing import Any, Final

from django.core.management.base import BaseCommand

from complaints.customers.transitions_of_notes import mask_all
from feedback.models import Insight, InsightStep
from spots.models import Attachment, Event, LedgerEntry

TEXTS: Final = (
    (Event, "note"),
    (LedgerEntry, "reason"),
    (Attachment, "name"),
    (Insight, "title"),
    (Insight, "answer"),
    (InsightStep, "note"),
)


class Command(BaseCommand):
    help = "Mask customers' phones and mail in notes from before they were masked; once."

    def handle(self, *args: Any, **options: Any) -> None:
        for model, column in TEXTS:
            changed = mask_all(model._default_manager.all(), column)
            self.stdout.write(f"{model._meta.db_table}.{column}: {changed}")
