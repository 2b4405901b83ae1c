"""./dev bench tiles: map tiles over two million complaints, beside bare SQL, and in Chromium."""

from functools import partial
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.test.utils import override_settings
from django.utils import timezone

from complaints.models import Complaint
from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.filling import filled_once
from heatmaps_project.bench.pages.filling import Size, fill
from heatmaps_project.bench.pages.timing import signed_in
from heatmaps_project.bench.tiles.drawing import drawn
from heatmaps_project.bench.tiles.filling import lay_network
from heatmaps_project.bench.tiles.report import table
from heatmaps_project.bench.tiles.timing import ZOOMS, measured
from heatmaps_project.models import User
from spots.maps.transitions_of_heat import count_heat

# Static files need not have been collected.
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


class Command(BaseCommand):
    help = (
        "Fill an empty database, or use what it was filled with, and time the map's tiles at every"
        " zoom, as an administrator."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--spots", type=int, default=20_000)
        parser.add_argument("--complaints", type=int, default=2_000_000)
        parser.add_argument("--hours", type=int, default=28 * 24, help="of complaints drawn")
        parser.add_argument("--no-browser", action="store_true", help="time the server only")

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size(options["spots"], options["complaints"])
        filled = filled_once(
            partial(_fill, size),
            there=Complaint.objects.count(),
            wanted=size.complaints,
            what="complaints",
        )
        self.stdout.write(filled)
        began = perf_counter()
        days = count_heat(now=timezone.now())
        self.stdout.write(f"Heat of {days} days counted in {perf_counter() - began:.0f} s.")
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        with override_settings(
            DEBUG=False, ALLOWED_HOSTS=["localhost", "127.0.0.1"], STORAGES=STORAGES
        ):
            client, hours = signed_in(reader), options["hours"]
            views = [measured(zoom, client, hours=hours) for zoom in ZOOMS]
            seen = (
                {} if options["no_browser"] else drawn(client, zooms=list(ZOOMS[::2]), hours=hours)
            )
        self.stdout.write("\n".join(table(views, seen)) + "\n")


def _fill(size: Size) -> None:
    now = timezone.now()
    fill(size, now=now)
    lay_network(now=now)
