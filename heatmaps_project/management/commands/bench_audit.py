"""./dev bench audit: how long a supervisor's pages take with 200,000 closed spots."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import NAMESPACE_DNS, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from complaints.customers.walls import NO_WALLS
from complaints.models import Complaint
from feedback.surveys.baselines.transitions import freeze
from feedback.surveys.board import Slice
from feedback.value.transitions import count_values
from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.audit.filling import fill
from heatmaps_project.bench.audit.timing import (
    HEADER,
    MOST_MS,
    MOST_MS_OF_BOARDS,
    addresses,
    boards,
    timed,
)
from heatmaps_project.bench.audit.voices import OF_A_SPOT, fill_voices
from heatmaps_project.bench.filling import filled_once
from heatmaps_project.bench.pages.timing import signed_in
from heatmaps_project.models import User
from heatmaps_project.supervision.audit.reports.counting import month_before
from heatmaps_project.supervision.audit.reports.transitions import make_report
from heatmaps_project.supervision.rollups.transitions import roll_up
from spots.models import Case

# Static files need not have been collected.
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


class Command(BaseCommand):
    help = (
        "Fill an empty database, or use what it was filled with, and time each page: a line as soon"
        " as it is known."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--spots", type=int, default=200_000)
        parser.add_argument("--fill-only", action="store_true", help="time nothing")
        parser.add_argument("--times", type=int, default=3, help="each page is asked for so often")

    def handle(self, *args: Any, **options: Any) -> None:
        many = options["spots"]
        filled = filled_once(
            lambda: fill(many, now=timezone.now()),
            there=Case.objects.count(),
            wanted=many,
            what="spots",
        )
        self.stdout.write(filled)
        said = filled_once(
            lambda: fill_voices(many, now=timezone.now()),
            there=Complaint.objects.count(),
            wanted=many * OF_A_SPOT,
            what="complaints",
        )
        self.stdout.write(said)
        _sum()
        if not options["fill_only"]:
            self._time(options["times"])

    def _time(self, times: int) -> None:
        self.stdout.write(f"\n{HEADER}")
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        missed = []
        with override_settings(DEBUG=False, ALLOWED_HOSTS=["localhost"], STORAGES=STORAGES):
            _report(reader)
            _freeze(reader)
            client = signed_in(reader)
            asked = [*product(addresses(), [MOST_MS]), *product(boards(), [MOST_MS_OF_BOARDS])]
            for address, most_ms in asked:
                row = timed(address, client, times=times, most_ms=most_ms)
                self.stdout.write(str(row))
                self.stdout.flush()
                missed += [] if row.is_good else [address]
        if missed:
            raise CommandError(f"{len(missed)} pages miss their time.")


def _sum() -> None:
    """Do what the tasks have done long before anybody asks."""
    while roll_up(now=timezone.now()):
        pass
    count_values(now=timezone.now())
    with connection.cursor() as cursor:  # as autovacuum does
        cursor.execute("VACUUM ANALYZE heatmaps_project_hourlyfact")


def _report(by: User) -> None:
    """Make the report of the last month, as the first of a month does."""
    now = timezone.now()
    month = month_before(now, ZoneInfo(settings.TIME_ZONE))
    make_report(month=month, brand=None, region=None, language="ru", by=by, now=now)


def _freeze(by: User) -> None:
    """Keep the scores of the quarter before this one, as a manager does at its end."""
    now = timezone.now()
    part = Slice(NO_WALLS, now, days=90, zone=ZoneInfo(settings.TIME_ZONE))
    since, until = now - timedelta(days=180), now - timedelta(days=90)
    key = uuid5(NAMESPACE_DNS, "bench")
    freeze(part, since=since, until=until, reason="bench", key=key, by=by)
