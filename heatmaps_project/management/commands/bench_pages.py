"""./dev bench pages: how long list pages take with 20,000 spots and a million complaints."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.test.utils import override_settings
from django.utils import timezone

from complaints.models import Complaint
from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.filling import filled_once
from heatmaps_project.bench.pages.filling import Size, fill
from heatmaps_project.bench.pages.timing import addresses, signed_in, table, timed
from heatmaps_project.models import User

# Static files need not have been collected.
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


class Command(BaseCommand):
    help = "Fill an empty database and time each list page: the best of five, as an administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--spots", type=int, default=20_000)
        parser.add_argument("--complaints", type=int, default=1_000_000)

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size(options["spots"], options["complaints"])
        filled = filled_once(
            lambda: fill(size, now=timezone.now()),
            there=Complaint.objects.count(),
            wanted=size.complaints,
            what="complaints",
        )
        self.stdout.write(filled)
        reader = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
        with override_settings(DEBUG=False, ALLOWED_HOSTS=["localhost"], STORAGES=STORAGES):
            client = signed_in(reader)
            rows = [timed(address, client) for address in addresses()]
        self.stdout.write(table(rows))
