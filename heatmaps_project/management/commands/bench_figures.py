"""./dev bench figures: whether years of figures are those of a recount, and how long each takes."""

from collections.abc import Mapping
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count
from django.test import Client
from django.test.utils import override_settings, setup_test_environment
from django.utils import timezone

from heatmaps_project.accounts.roles import Role
from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.bench.audit.timing import HEADER, timed
from heatmaps_project.bench.figures.pages import shown, shown_by_team, shown_on_board
from heatmaps_project.bench.figures.recounting import Asked, by_team, recounted, survey_board
from heatmaps_project.bench.figures.rows import Rows, read
from heatmaps_project.bench.figures.tenfold import MOST_MS, addresses, tenfold
from heatmaps_project.bench.pages.timing import signed_in
from heatmaps_project.management.commands.bench_audit import STORAGES
from heatmaps_project.models import User
from heatmaps_project.supervision.asking import PERIODS


class Command(BaseCommand):
    help = (
        "Count the figures of what bench_audit filled a second time, row by row, and compare. It"
        " takes some 3 GB of memory at a million complaints."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--tenfold",
            action="store_true",
            help="count nothing, but ask the pages with the sums of ten million complaints",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tenfold"]:
            self._tenfold()
        else:
            self._recount()

    def _recount(self) -> None:
        began = perf_counter()
        rows = read()
        many, took = sum(map(len, rows.events.values())), perf_counter() - began
        self.stdout.write(
            f"{len(rows.complaints):,} complaints and {many:,} events read in {took:.0f} s."
        )
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        setup_test_environment(debug=False)  # pages tell the client what they were drawn from
        with override_settings(STORAGES=STORAGES):
            client = signed_in(reader)
            wrong = [name for days, _name in PERIODS for name in self._differ(client, rows, days)]
            wrong += self._teams_differ(client, rows, 365)
        if wrong:
            raise CommandError(f"Not as recounted: {', '.join(wrong)}.")

    def _tenfold(self) -> None:
        """Ask the pages while the sums are tenfold, and leave the database as it was."""
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        with tenfold() as rows, override_settings(STORAGES=STORAGES, ALLOWED_HOSTS=["*"]):
            self.stdout.write(f"{rows:,} rows are the sums of ten million.\n{HEADER}")
            client = signed_in(reader)
            asked = [timed(address, client, times=3) for address in addresses()]
        self.stdout.writelines(f"{one}\n" for one in asked)
        if any(one.ms > MOST_MS for one in asked):
            raise CommandError(f"Not within {MOST_MS} ms.")

    def _differ(self, client: Client, rows: Rows, days: int) -> list[str]:
        """Compare a period; return what differs, with what each says."""
        began = perf_counter()
        pages = shown(client, days=days)
        took = perf_counter() - began
        now = timezone.now()
        pages |= shown_on_board(client, days=days)
        anew = recounted(rows, Asked(now=now, zone=ZoneInfo(settings.TIME_ZONE), days=days))
        anew |= survey_board(rows, now=now, days=days)
        wrong = _differing(days, pages, anew)
        self.stdout.write(
            f"{days} days: {len(pages)} figures, {len(wrong)} differ; four pages in {took:.1f} s"
        )
        self.stdout.flush()
        return wrong

    def _teams_differ(self, client: Client, rows: Rows, days: int) -> list[str]:
        """Compare what the manager's page says of each team."""
        began = perf_counter()
        unit = Unit.objects.annotate(many=Count("teams")).latest("many").pk
        pages = shown_by_team(client, days=days, unit=unit)
        took = perf_counter() - began
        assert pages, "no team is shown"
        asked = Asked(now=timezone.now(), zone=ZoneInfo(settings.TIME_ZONE), days=days)
        wrong = _differing(days, pages, by_team(rows, asked))
        self.stdout.write(
            f"{days} days: {len(pages)} teams, {len(wrong)} differ; the page in {took:.1f} s"
        )
        return wrong


def _differing(days: int, pages: Mapping[Any, Any], anew: Mapping[Any, Any]) -> list[str]:
    return [
        f"{days} days, {name}: {said} is {anew[name]}"
        for name, said in pages.items()
        if said != anew[name]
    ]
