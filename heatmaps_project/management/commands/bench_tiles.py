"""./dev bench tiles: map tiles over two million complaints, beside bare SQL, and in Chromium."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from complaints.models import Complaint
from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.pages.filling import Size, fill
from heatmaps_project.bench.pages.timing import signed_in
from heatmaps_project.bench.tiles.drawing import drawn
from heatmaps_project.bench.tiles.filling import lay_network
from heatmaps_project.bench.tiles.timing import ZOOMS, measured, table
from heatmaps_project.models import User

# Static files need not have been collected.
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


class Command(BaseCommand):
    help = "Fill an empty database and time the map's tiles at every zoom, as an administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--spots", type=int, default=20_000)
        parser.add_argument("--complaints", type=int, default=2_000_000)
        parser.add_argument("--hours", type=int, default=28 * 24, help="of complaints drawn")
        parser.add_argument("--no-browser", action="store_true", help="time the server only")

    def handle(self, *args: Any, **options: Any) -> None:
        if Complaint.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        now = timezone.now()
        fill(Size(options["spots"], options["complaints"]), now=now)
        lay_network(now=now)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        with override_settings(DEBUG=False, ALLOWED_HOSTS=["localhost"], STORAGES=STORAGES):
            client, hours = signed_in(reader), options["hours"]
            views = [measured(zoom, client, hours=hours) for zoom in ZOOMS]
            seen = (
                {} if options["no_browser"] else drawn(client, zooms=list(ZOOMS[::2]), hours=hours)
            )
        self.stdout.write("\n".join(table(views, seen)) + "\n")
