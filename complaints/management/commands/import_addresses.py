"""manage.py import_addresses FILE: fill the registry of addresses from a CSV file."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from complaints.geocoding import imports
from complaints.geocoding.imports import AddressRow, RefusedRowError
from complaints.spreadsheets import inert


class Command(BaseCommand):
    """Import addresses. The same file twice adds nothing; moved houses are moved."""

    help = (
        "Fill the registry of addresses from a CSV file with the columns city, street,"
        " housenumber, postcode, lon, lat and, if known, subscribers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--refused",
            type=Path,
            help="where the refused rows are written (default: FILE's name + .refused.csv, here)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        refused: Path = options["refused"] or Path(f"{path.stem}.refused.csv")
        try:
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                rows = Rows(file, refused=refused)
                report = imports.load(rows)
        except (OSError, RefusedRowError, csv.Error) as problem:
            raise CommandError(f"{path}: {problem}") from problem
        self.stdout.write(
            f"{report.taken + rows.refusals} rows: {report.added} added, {report.changed} changed,"
            f" {report.unchanged} known already, {rows.refusals} refused"
        )
        if rows.refusals:
            self.stdout.write(f"Refused rows and why: {refused}")


class Rows:
    """The good rows of a CSV file; the others go to a file of their own, with the reason."""

    def __init__(self, file: IO[str], *, refused: Path) -> None:
        """
        Read the first line.

        :raises RefusedRowError: if a needed column is missing
        """
        first = file.readline()
        file.seek(0)
        self._reader = csv.DictReader(file, delimiter=max(",;\t", key=first.count))
        self._columns = imports.columns_of(self._reader.fieldnames or ())
        self._refused = refused
        self.refusals = 0

    def __iter__(self) -> Iterator[AddressRow]:
        for row in tqdm(self._reader, unit=" rows", mininterval=1):
            try:
                yield imports.checked({ours: row[name] for ours, name in self._columns.items()})
            except RefusedRowError as why:
                self._refuse(row, str(why))

    def _refuse(self, row: dict[str, Any], why: str) -> None:
        mode = "a" if self.refusals else "w"
        with self._refused.open(mode, encoding="utf-8", newline="") as file:
            names = ["line", "reason", *(self._reader.fieldnames or ())]
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            if not self.refusals:
                writer.writeheader()
            cells = {name: inert(value or "") for name, value in row.items() if name}
            writer.writerow({**cells, "line": self._reader.line_num, "reason": why})
        self.refusals += 1
