"""Fill the database with the demo region, and say how to sign in."""

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from complaints.models import Complaint
from heatmaps_project.demo import history, logins, seeding
from heatmaps_project.demo.live import SOURCE


class Command(BaseCommand):
    help = "Fill the database with the demo region: for trials only. A second run adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="even beside complaints that are not the demo's"
        )

        parser.add_argument(
            "--years", type=int, default=0, help="so many more of complaints and work"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        foreign = Complaint.objects.exclude(source__in=(history.SOURCE, SOURCE))
        if foreign.exists() and not (options["force"] or seeding.is_seeded()):
            raise CommandError("There are real complaints here: the demo is for empty databases.")
        if settings.PUBLIC_URL.startswith("https://") and not options["force"]:
            raise CommandError("Others reach this by https: the demo's passwords are published.")
        logging.disable(logging.INFO)  # the demo's past texts are not news
        with tqdm(total=1.0, bar_format="{l_bar}{bar}| {elapsed}", file=sys.stderr) as bar:

            def progress(share: float) -> None:
                bar.update(share - bar.n)

            seeding.seed(
                now=timezone.now(),
                say=bar.set_description,
                progress=progress,
                years=options["years"],
            )
        self.stdout.write(f"Password of every demo login: {logins.PASSWORD}")
        for login, role, first, last, _ in logins.STAFF:
            self.stdout.write(f"  {login:<12} {role.value:<14} {first} {last}")
        self.stdout.write(f"API client: {logins.CLIENT_ID} / {logins.CLIENT_SECRET}")
