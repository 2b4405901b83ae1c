"""Lay the street map of an OpenStreetMap extract under every map: it needs no internet then."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from spots.maps.attribution import forget_attribution
from spots.maps.osm import UnreadableError, drawables
from spots.maps.transitions import lay_base_map

KINDS = (".osm", ".osm.gz", ".pbf", ".geojson", ".geojson.gz")


def extract(path: str) -> Path:
    if not path.endswith(KINDS):
        raise ArgumentTypeError(f"not one of {', '.join(KINDS)}")
    if not Path(path).is_file():
        raise ArgumentTypeError(f"there is no file {path}")
    return Path(path)


class Command(BaseCommand):
    help = "Draw roads, buildings, areas and places of an OpenStreetMap extract under every map."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=extract, help=" ".join(KINDS))
        parser.add_argument("--add", action="store_true", help="to the map that is there")
        parser.add_argument(
            "--attribution",
            default="© OpenStreetMap contributors",
            help="whom the data is owed to; shown on every map",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            stored = lay_base_map(
                drawables(path),
                name=path.name,
                attribution=options["attribution"],
                add=options["add"],
                now=timezone.now(),
            )
        except UnreadableError as error:
            raise CommandError(f"{path.name}: {error}") from error
        forget_attribution()
        self.stdout.write(f"{stored} features of {path.name} are drawn under every map.\n")
