"""manage.py import_complaints: complaints out of a CSV file."""

import csv
import io
import os
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from complaints.customers.models import Brand
from complaints.intake.imports import FIELDS, Import, Layout, LayoutError, Tally

EXAMPLE = """
  --columns external_id=ID,topic=Type,address=Address,lon=Lon,lat=Lat,occurred_at=Created
  --set channel=web_form
  --map precision:Y=house,N=street --map "channel:Call=call,*=web_form"
"""


class Command(BaseCommand):
    help = (
        "Store the complaints of a CSV file (UTF-8, with a heading). The same file again adds "
        "nothing, so an import that was interrupted is simply repeated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = f"Fields: {', '.join(FIELDS)}. Example: {EXAMPLE}"
        add = parser.add_argument
        add("file", type=Path)
        add("--source", required=True, help="where the file is from: one name, always the same")
        add("--brand", required=True, help="code of the brand that the complaints are about")
        add("--columns", required=True, type=pairs, action="extend", help="field=Column,…")
        add("--set", default=[], type=pairs, action="extend", help="field=value of every row,…")
        add("--map", default=[], type=values, action="append", help="field:Read=meant,*=else")
        add("--precision-map", default=[], type=pairs, help="short for --map precision:…")
        add("--zone", type=zone, help="of times without an offset, as Europe/Moscow")
        add("--date-format", help="as in Python's strptime; ISO 8601 if not given")
        add("--received-at-column", help="keep when each was received: for replaying history")
        add("--create-topics", action="store_true", help="make topics that are not there yet")
        add("--delimiter", default=",")
        add("--refused", type=Path, help="where refused rows go; NAME.refused.csv if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not Brand.objects.filter(code=options["brand"]).exists():
            raise CommandError(f"There is no brand {options['brand']!r}.")
        refused: Path = options["refused"] or Path(f"{path.stem}.refused.csv")
        began = time.monotonic()
        try:
            with path.open("rb") as file, private(refused) as answers:
                tally = self._run(file, options, refused=csv.writer(answers))
        except (OSError, LayoutError, UnicodeError) as error:
            raise CommandError(str(error)) from error
        self._report(tally, seconds=time.monotonic() - began, refused=refused)

    def _run(self, file: io.BufferedReader, options: dict[str, Any], *, refused: Any) -> Tally:
        # A byte that is not UTF-8 spoils its row, not the file.
        text = io.TextIOWrapper(
            file, encoding="utf-8-sig", errors="surrogateescape", newline="", write_through=True
        )
        size = os.fstat(file.fileno()).st_size
        one = Import(
            layout=layout_of(options),
            brand=options["brand"],
            source=options["source"],
            clock=timezone.now,
            refused=refused,
            creates_topics=options["create_topics"],
        )
        with tqdm(total=size, unit="B", unit_scale=True, file=self.stderr) as bar:

            def show(tally: Tally) -> None:
                bar.set_postfix(rows=tally.rows, new=tally.created, refused=tally.refused)
                bar.update(file.tell() - bar.n)

            return one.run(csv.reader(text, delimiter=options["delimiter"]), progress=show)

    def _report(self, tally: Tally, *, seconds: float, refused: Path) -> None:
        speed = tally.rows / seconds if seconds else 0.0
        self.stdout.write(
            f"{tally.rows} rows: {tally.created} created, {tally.exists} already there, "
            f"{tally.conflict} conflicts, {tally.refused} refused; "
            f"{seconds:.1f} s, {speed:.0f} rows/s"
        )
        if tally.conflict or tally.refused:
            self.stdout.write(f"Refused rows and conflicts, with the reason of each: {refused}")


def layout_of(options: dict[str, Any]) -> Layout:
    """:raises CommandError: a field that complaints do not have"""
    columns = dict(options["columns"])
    if options["received_at_column"]:
        columns["received_at"] = options["received_at_column"]
    meanings = {name: dict(meant) for name, meant in options["map"]}
    if options["precision_map"]:
        meanings["precision"] = dict(options["precision_map"])
    unknown = {*columns, *dict(options["set"]), *meanings} - set(FIELDS)
    if unknown:
        raise CommandError(f"No such field: {', '.join(sorted(unknown))}. See --help.")
    return Layout(
        columns=columns,
        constants=dict(options["set"]),
        values=meanings,
        zone=options["zone"],
        date_format=options["date_format"],
    )


def pairs(text: str) -> list[tuple[str, str]]:
    """Read `a=b,c=d`."""
    found = [part.partition("=") for part in text.split(",")]
    if not all(name and sign for name, sign, _ in found):
        raise ArgumentTypeError(f"{text!r} is not name=value,name=value")
    return [(name.strip(), value.strip()) for name, _, value in found]


def values(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Read `field:a=b,c=d`."""
    name, _, rest = text.partition(":")
    return name, pairs(rest)


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ArgumentTypeError(f"there is no time zone {name!r}") from None


def private(path: Path) -> io.TextIOWrapper:
    """Open a new file that only its owner reads: refused rows are people's data too."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(
        handle, "w", encoding="utf-8", errors="surrogateescape", newline="", buffering=1 << 16
    )
