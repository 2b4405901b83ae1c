"""Whether a report of an erasure is ours and unchanged, and what it says."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heatmaps_project.customers import proof


class Command(BaseCommand):
    help = "Check a signed report of an erasure, and print what it says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", type=Path, help="what erasure_report printed")
        parser.add_argument(
            "--key", type=Path, help="what erasure_key printed then; without it, the key of now"
        )

    def handle(self, *args: Any, report: Path, key: Path | None, **options: Any) -> None:
        by = key.read_text(encoding="utf-8") if key else proof.public_key()
        try:
            told = proof.checked(report.read_text(encoding="utf-8"), key=by)
        except proof.UnprovenError as error:
            raise CommandError(f"{report} is not signed with this key, or was changed.") from error
        self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
