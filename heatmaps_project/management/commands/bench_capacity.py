"""./dev bench capacity: what two cores carry of 700 staff at twice the expected load."""

import logging
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heatmaps_project.bench import document
from heatmaps_project.bench.capacity.driving import alone, play
from heatmaps_project.bench.capacity.load import kinds, staff
from heatmaps_project.bench.capacity.report import errors, rule, table
from heatmaps_project.bench.growth.filling import grow, settle
from heatmaps_project.bench.serving import serving


class Command(BaseCommand):
    help = (
        "Ask a web server for what 700 staff and their systems want, by shares of twice the"
        " expected load, and write what it carried into docs/operate.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--complaints", type=int, default=300_000)
        parser.add_argument("--shares", type=float, nargs="+", default=[0.05, 0.1, 0.2, 1.0])
        parser.add_argument("--seconds", type=float, default=20.0, help="of each share")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("axes").setLevel(logging.WARNING)  # names each of the 700 who sign in
        grow(options["complaints"])
        settle()
        # Told before the server starts: static files need not have been collected.
        os.environ["STATIC_FROM_SOURCE"] = "1"
        os.environ["LOOKUP_QUOTA_PER_HOUR"] = str(10**9)
        with serving() as server:
            asked = kinds(server.url, staff())
            costs = {kind.name: alone(server, kind) for kind in asked}
            played = [
                play(server, asked, share=share, seconds=options["seconds"])
                for share in options["shares"]
            ]
        told = f"{table(played, costs)}\n{rule(asked, costs)} Made {document.made()}.\n"
        self.stdout.write(told)
        document.write("./dev bench capacity", told)
        faults = errors(played[0])
        if faults:
            raise CommandError(f"{faults} errors at the smallest share.")
