"""Whose personal data an account saw: docs/operate.md, "If it leaks"."""

import csv
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.spreadsheets import inert
from heatmaps_project.desk.seen import seen_by
from heatmaps_project.models import User


class Command(BaseCommand):
    help = "Print as CSV whose personal data an account saw, when and why: no names, no phones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        for name in ("--since", "--until"):
            parser.add_argument(
                name,
                type=datetime.fromisoformat,
                required=True,
                help="with its zone: 2026-11-27T09:00:00+03:00",
            )

    def handle(
        self, *args: Any, username: str, since: datetime, until: datetime, **options: Any
    ) -> None:
        if timezone.is_naive(since) or timezone.is_naive(until):
            raise CommandError("A time has no zone: write +00:00 behind a time of UTC.")
        account = User.objects.filter(username=username).first()
        if account is None:
            raise CommandError(f"There is no account “{username}”.")
        out = csv.writer(self.stdout)
        out.writerow(["at", "whose", "what", "reason"])
        for one in seen_by(account, since=since, until=until):
            out.writerow([one.at.isoformat(), one.whose, one.what, inert(one.reason)])
