"""./dev bench detection: how good and how fast detection is, as Markdown."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from heatmaps_project.bench.detection import report


class Command(BaseCommand):
    help = (
        "Play streams of complaints with hidden outages through detection, and print how well "
        "they are found. Touches no database but with --database. Stopped, it goes on where it was."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seeds", type=int, nargs="+", default=[11, 21, 31, 41, 51, 61])
        parser.add_argument("--test-weeks", type=int, default=6, help="judged, after 8 to learn")
        parser.add_argument("--subscribers", type=int, default=1_000_000)
        parser.add_argument(
            "--quick", action="store_true", help="one seed, two weeks, no tuning of dbscan"
        )
        parser.add_argument(
            "--answers",
            type=int,
            default=0,
            metavar="A_DAY",
            help="to surveys of network quality; with any, rules that hear them stand beside",
        )
        parser.add_argument("--speed", action="store_true", help="measure speed too")
        parser.add_argument(
            "--database", action="store_true", help="measure a restart too: ./dev starts a server"
        )
        parser.add_argument("--out", type=Path, help="file for the tables as well")
        parser.add_argument(
            "--store",
            type=Path,
            default=settings.BASE_DIR / ".run" / "bench",
            help="folder that keeps streams and finished runs",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        quick = options["quick"]
        try:
            text = report.quality(
                store=options["store"],
                seeds=options["seeds"][:1] if quick else options["seeds"],
                subscribers=options["subscribers"],
                test_weeks=min(2, options["test_weeks"]) if quick else options["test_weeks"],
                tuned=not quick,
                answers_a_day=options["answers"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(text)
        if options["speed"]:
            speed = report.speed(store=options["store"], seed=options["seeds"][0])
            self.stdout.write(speed)
            text += "\n" + speed
        if options["database"]:
            restart = report.restart()
            self.stdout.write(restart)
            text += "\n" + restart
        if options["out"]:
            options["out"].write_text(text, encoding="utf-8")
