"""Keep sending complaints of the demo region through the HTTP API."""

import time
from typing import Any

import numpy as np
import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from heatmaps_project.demo.live import Crm, calls
from heatmaps_project.demo.logins import CLIENT_ID, CLIENT_SECRET
from heatmaps_project.demo.seeding import neighbourhood_of_demo

PATIENCE_S = 3.0


class Command(BaseCommand):
    help = "Keep sending complaints of the demo region through the HTTP API. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default=settings.PUBLIC_URL, help="where the API is")

    def handle(self, *args: Any, **options: Any) -> None:
        crm = Crm(options["url"], CLIENT_ID, CLIENT_SECRET)
        for body in calls(neighbourhood_of_demo(), np.random.default_rng()):
            self.stdout.write(f"{body['external_id']} {body['topic']}: {self._sent(crm, body)}")

    def _sent(self, crm: Crm, body: dict[str, Any]) -> str:
        """Send it until somebody answers: the same external id is stored once."""
        while True:
            try:
                return crm.send(body)
            except requests.RequestException as error:
                self.stderr.write(f"nobody answers: {type(error).__name__}")
                time.sleep(PATIENCE_S)
