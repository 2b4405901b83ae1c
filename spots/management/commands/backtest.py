"""manage.py backtest FOLDER --out spots.jsonl: replay complaints through detection."""

import json
import re
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from spots.detection.backtest import BadFolderError, Folder, read_folder, replay
from spots.detection.rules import Rule
from spots.watching.calibrating import sensitivity
from spots.watching.rules import DetectionRule

HOURS_PER_UNIT = {"s": 1 / 3600, "m": 1 / 60, "h": 1.0, "d": 24.0}


def length_h(text: str) -> float:
    """Hours of a length like 15m, 1h or 90s; a mere number is minutes."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip())
    length = float(found[1]) * HOURS_PER_UNIT[found[2] or "m"] if found else 0.0
    if not length:
        raise ArgumentTypeError(f"“{text}” is no length of time: write 15m, 1h or 90s.")
    return length


class Command(BaseCommand):
    help = (
        "Replay FOLDER/complaints.csv (with buildings.csv and meta.json) through detection as if "
        "it came in now, and write a line for each change of a spot. Touches no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--out", type=Path, required=True, help="file for the JSON lines")
        parser.add_argument("--tick", type=length_h, default=0.25, metavar="15m")
        parser.add_argument(
            "--threshold",
            type=float,
            default=Rule.open_at,
            help="score that opens a spot: 7.0 is quiet, 6.5 balanced (%(default)s)",
        )
        parser.add_argument("--rule", metavar="NAME", help="a rule of the database instead")
        parser.add_argument("--detector", choices=["surprise", "dbscan"], default=Rule.detector)
        parser.add_argument(
            "--survey-weight",
            type=float,
            default=Rule.survey_weight,
            metavar="0..1",
            help="of the answers in FOLDER/surveys.csv beside complaints (%(default)s)",
        )
        parser.add_argument(
            "--baseline",
            choices=["once", "nightly"],
            default="once",
            help="what is usual, learnt once before the test or anew each simulated night",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = read_folder(options["folder"])
        except BadFolderError as error:
            raise CommandError(str(error)) from error
        weight = options["survey_weight"]
        if not 0 <= weight <= 1:
            raise CommandError("--survey-weight is from 0 to 1.")
        rule = Rule(
            detector=options["detector"], open_at=options["threshold"], survey_weight=weight
        )
        if options["rule"]:
            folder, rule = _by_name(options["rule"], folder)
        nightly = options["baseline"] == "nightly"
        with options["out"].open("w", encoding="utf-8") as out, tqdm(total=100, unit="%") as bar:

            def show(share: float) -> None:
                bar.update(int(share * 100) - bar.n)

            for line in replay(
                folder, rule, tick_h=options["tick"], nightly=nightly, progress=show
            ):
                out.write(json.dumps(line) + "\n")


def _by_name(name: str, folder: Folder) -> tuple[Folder, Rule]:
    """
    Read a rule of the database, and leave of the folder what it judges.

    Topics are known by their codes. The number of weeks from one false spot to the next means
    the score that it would mean for the subscribers of the folder before anything was watched.
    """
    rule = DetectionRule.objects.filter(name=name).first()
    if rule is None:
        raise CommandError(f"There is no rule “{name}”.")
    meant = sensitivity(
        open_at=rule.open_at,
        weeks_per_false_spot=rule.weeks_per_false_spot,
        watch=None,
        subscribers=folder.subscribers,
        now=timezone.now(),
    )
    topics = set(rule.topics.values_list("code", flat=True))
    return folder.of_topics(topics) if topics else folder, rule.parameters(open_at=meant.open_at)
