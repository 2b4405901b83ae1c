"""./dev bench figures: whether years of figures are those of a recount, and how long each takes."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from math import isclose
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count
from django.test import Client
from django.test.utils import (
    override_settings,
    setup_test_environment,
    teardown_test_environment,
)
from django.utils import timezone

from complaints.customers.reader import name_of
from heatmaps_project.accounts.roles import Role
from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.bench.audit.timing import HEADER, timed
from heatmaps_project.bench.figures.pages import (
    shown,
    shown_by_team,
    shown_of_agents,
    shown_of_change,
    shown_on_board,
)
from heatmaps_project.bench.figures.recounting import (
    Asked,
    by_team,
    of_span,
    recounted,
)
from heatmaps_project.bench.figures.rows import Rows, read
from heatmaps_project.bench.figures.surveys import survey_board
from heatmaps_project.bench.figures.talks import agents
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
        try:
            with override_settings(STORAGES=STORAGES):
                wrong = list(self._wrong(signed_in(reader), rows))
        finally:
            teardown_test_environment()
        if wrong:
            raise CommandError(f"Not as recounted: {', '.join(wrong)}.")

    def _wrong(self, client: Client, rows: Rows) -> Iterator[str]:
        for days, _name in PERIODS:
            yield from self._differ(client, rows, days)
        yield from self._teams_differ(client, rows, 365)
        for days in (90, 365):
            yield from self._change_differs(client, rows, days)
        yield from self._agents_differ(client, rows, 30)

    def _tenfold(self) -> None:
        """Ask the pages while the sums are tenfold, and leave the database as it was."""
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        with tenfold() as rows, override_settings(STORAGES=STORAGES, ALLOWED_HOSTS=["*"]):
            self.stdout.write(f"{rows:,} rows are the sums of ten million.\n{HEADER}")
            client = signed_in(reader)
            asked = [timed(address, client, times=3, most_ms=MOST_MS) for address in addresses()]
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
        largest = Unit.objects.annotate(many=Count("teams")).order_by("-many", "pk").first()
        of_unit = {"unit": largest.pk} if largest else {}
        pages = shown_by_team(client, days=days, **of_unit)
        took = perf_counter() - began
        assert pages, "no team is shown"
        asked = Asked(now=timezone.now(), zone=ZoneInfo(settings.TIME_ZONE), days=days)
        wrong = _differing(days, pages, by_team(rows, asked))
        self.stdout.write(
            f"{days} days: {len(pages)} teams, {len(wrong)} differ; the page in {took:.1f} s"
        )
        return wrong

    def _change_differs(self, client: Client, rows: Rows, days: int) -> list[str]:
        """Compare what "Before and after" says of the span before a day and of the one after."""
        began = perf_counter()
        turned_on = timezone.localtime().date() - timedelta(days=days - 1)
        pages = shown_of_change(client, turned_on=turned_on, days=days)
        took = perf_counter() - began
        zone, now = ZoneInfo(settings.TIME_ZONE), timezone.now()
        turned_at = datetime.combine(turned_on, time(), zone)
        before = Asked(now=turned_at - timedelta(microseconds=1), zone=zone, days=days)
        anew = [of_span(rows, before), of_span(rows, Asked(now=now, zone=zone, days=days))]
        wrong = [
            f"{days} days of change, line {n}: {said} is {counted}"
            for of_pages, of_rows in zip(pages, anew, strict=True)
            for n, (said, counted) in enumerate(zip(of_pages, of_rows, strict=True), start=1)
            if not _same(said, counted)
        ]
        self.stdout.write(
            f"{days} days before and after: {2 * len(anew[0])} figures, {len(wrong)} differ;"
            f" the page in {took:.1f} s"
        )
        return wrong

    def _agents_differ(self, client: Client, rows: Rows, days: int) -> list[str]:
        """Compare the scorecards."""
        began = perf_counter()
        pages = shown_of_agents(client, days=days, seconds=120)
        took = perf_counter() - began
        asked = Asked(now=timezone.now(), zone=ZoneInfo(settings.TIME_ZONE), days=days)
        names = {user.pk: name_of(user) for user in User.objects.all()}
        anew = {
            None if pk is None else names[pk]: of
            for pk, of in agents(rows, asked, seconds=120).items()
        }
        wrong = _differing(days, pages, anew)
        self.stdout.write(
            f"{days} days: {len(pages)} scorecards, {len(wrong)} differ; the page in {took:.1f} s"
        )
        return wrong


def _same(said: float | None, counted: float | None) -> bool:
    return said == counted or (None not in (said, counted) and isclose(said or 0, counted or 0))


def _differing(days: int, pages: Mapping[Any, Any], anew: Mapping[Any, Any]) -> list[str]:
    return [
        f"{days} days, {name}: {said} is {anew[name]}"
        for name, said in pages.items()
        if said != anew[name]
    ]
