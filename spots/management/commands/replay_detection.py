"""Look for spots in imported history, as if it came in now."""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from spots.cases.models import Case
from spots.watching import runner, transitions
from spots.watching.models import Watch


def _moment(text: str) -> datetime:
    """Read an ISO 8601 date or time; UTC where it names no zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Look for spots in imported history, as if it came in now: after "
        "`import_complaints --received-at-column`, for a brand and region never looked at."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", required=True, help="code of the brand")
        parser.add_argument("--region", required=True, help="code of the region")
        parser.add_argument("--since", required=True, type=_moment, help="2017-12-27")
        parser.add_argument("--until", required=True, type=_moment, help="2018-01-01")
        parser.add_argument("--step-minutes", type=int, default=15)

    def handle(self, *args: Any, **options: Any) -> None:
        transitions.ensure_watches()
        named = {"brand__code": options["brand"], "region__code": options["region"]}
        watch = Watch.objects.select_related("brand", "region").filter(**named).first()
        if watch is None:
            raise CommandError("There is no such brand or region.")
        step = timedelta(minutes=max(1, options["step_minutes"]))
        with tqdm(total=1.0, bar_format="{l_bar}{bar}| {elapsed}", file=sys.stderr) as bar:

            def progress(share: float) -> None:
                bar.update(share - bar.n)

            try:
                taken = runner.replay(
                    watch,
                    since=options["since"],
                    until=options["until"],
                    step=step,
                    progress=progress,
                )
            except runner.AlreadyLookedError as error:
                raise CommandError(str(error)) from error
        found = Case.objects.spots().filter(brand=watch.brand, region=watch.region)
        self.stdout.write(f"{taken} complaints taken, {found.count()} spots")
        for case in found.select_related("topic").order_by("pk"):
            self.stdout.write(
                f"{case.opened_at:%Y-%m-%d %H:%M} № {case.pk} {case.place or case.centre.coords} "
                f"{case.topic or '*'}: {case.customers} customers, {case.evidence}"
            )
