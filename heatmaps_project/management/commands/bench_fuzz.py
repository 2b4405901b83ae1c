"""./dev bench fuzz: whatever the API is asked, it answers as its description says."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.intake.models import Complaint
from heatmaps_project.bench.fuzz.asking import arguments, described
from heatmaps_project.bench.intake.world import make_world
from heatmaps_project.bench.serving import serving


class Command(BaseCommand):
    help = "Ask the API of an empty database everything that schemathesis thinks of."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=int, default=600)

    def handle(self, *args: Any, **options: Any) -> None:
        if Complaint.objects.exists():
            raise CommandError("The database is not empty: this bench fills one of its own.")
        token = make_world()
        with serving() as server, tempfile.TemporaryDirectory() as folder:
            schema = described(server.url, Path(folder))
            asked = subprocess.run(
                [
                    *(sys.executable, "-m", "schemathesis.cli"),
                    *arguments(schema, server.url, token, options["seconds"]),
                ],
                cwd=folder,
                env={
                    **os.environ,
                    "PYTHONPATH": str(settings.BASE_DIR),
                    "SCHEMATHESIS_HOOKS": "heatmaps_project.bench.fuzz.ndjson",
                },
                check=False,
            )
        if asked.returncode:
            raise CommandError("The API has answered what its description does not say.")
