"""What reports of erasures are checked by, outside of Heatmaps too."""

from typing import Any

from django.core.management.base import BaseCommand

from heatmaps_project.customers import proof


class Command(BaseCommand):
    help = "Print the public key of reports of erasures, as a JSON Web Key."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(proof.public_key())
