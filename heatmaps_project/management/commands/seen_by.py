"""Whose personal data an account saw: docs/operate.md, "If it leaks"."""

import csv
from datetime import datetime
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.spreadsheets import inert
from heatmaps_project.desk.seen import seen_by, seen_through
from heatmaps_project.models import ApiClient, User

OF_MACHINES = "api:"  # as accounts of API clients are called


class Command(BaseCommand):
    help = "Print as CSV whose personal data an account saw, when and why: no names, no phones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="a login, or api:SOURCE of an API client")
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
        client = None
        if username.startswith(OF_MACHINES):
            source = username.removeprefix(OF_MACHINES)
            client = ApiClient.objects.filter(source=source).first()
        if account is None and client is None:
            raise CommandError(f"There is no account “{username}”.")
        out = csv.writer(self.stdout)
        out.writerow(["at", "whose", "what", "reason"])
        seen = seen_by(account, since=since, until=until) if account else ()
        through = seen_through(client, since=since, until=until) if client else ()
        for one in chain(seen, through):
            out.writerow([one.at.isoformat(), one.whose, inert(one.what), inert(one.reason)])
