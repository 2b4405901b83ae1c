"""./dev bench audit: how long the audit's pages take with 200,000 closed spots."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.audit.filling import fill
from heatmaps_project.bench.pages.timing import Timed, signed_in, timed
from heatmaps_project.models import User
from spots.models import Case

MOST_MS = 500


class Command(BaseCommand):
    help = "Fill an empty database and time each audit page: the best of five."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--spots", type=int, default=200_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if Case.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        fill(options["spots"], now=timezone.now())
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        storages = {**settings.STORAGES, "staticfiles": static}  # as if they had been collected
        with override_settings(DEBUG=False, ALLOWED_HOSTS=["localhost"], STORAGES=storages):
            client = signed_in(reader)
            rows = [timed(address, client) for address in addresses()]
        self.stdout.write("| page | ms | queries | |\n|---|---:|---:|---|")
        for row in rows:
            self.stdout.write(_line(row))


def addresses() -> list[str]:
    """The month, as it is and as it was; a year; filtered, and deep in the list; the reports."""
    page, today = reverse("audit"), timezone.localtime().date()
    asked = (
        "",
        "by=engineer",
        f"first={today - timedelta(days=89)}&unit=week",
        f"first={today - timedelta(days=364)}&unit=month",
        f"first={today - timedelta(days=364)}&target=fix&band=1",
        "page=20",
        f"as_of={today - timedelta(days=1)}T09:00",
        f"as_of={today - timedelta(days=30)}T09:00",
        f"as_of={today - timedelta(days=365)}T09:00",
    )
    return [*(f"{page}?{query}" for query in asked), reverse("audit-reports"), reverse("figures")]


def _line(row: Timed) -> str:
    good = row.ms <= MOST_MS and row.status == 200
    return f"| {row.address} | {row.ms:.0f} | {row.queries} | {'' if good else '✗'} |"
