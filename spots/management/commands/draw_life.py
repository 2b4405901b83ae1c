"""Draws the life of a case out of its table of moves: a picture, and the moves in words."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand
from django.utils.translation import override

from spots.cases.page import diagram

PICTURE, WORDS = "life-of-a-case.svg", "life-of-a-case.md"
# A file has no page around it that says whether it is dark.
SHOWN_ALONE = "@media (prefers-color-scheme: dark) {{\n  svg {{ background: #18181b; }}\n{dark}}}\n"


class Command(BaseCommand):
    help = "Draw docs/life-of-a-case.svg and .md from the table of moves"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--into", type=Path, default=settings.BASE_DIR / "docs")

    def handle(self, *args: Any, into: Path, **options: Any) -> None:
        with override("en"):
            (into / PICTURE).write_text(diagram.picture(style=_style()))
            (into / WORDS).write_text(_words())


def _style() -> str:
    """The page's CSS that concerns the picture; what is for dark pages, for dark readers."""
    found = finders.find("spots/case/life.css")
    assert isinstance(found, str)
    rules = [
        line
        for line in Path(found).read_text().splitlines()
        if line.startswith((".life", ".dark .life")) and "var(" not in line and "list" not in line
    ]
    light = [line for line in rules if line.startswith(".life") and "page" not in line]
    dark = [f"  {line.replace('.dark ', '')}" for line in rules if line.startswith(".dark")]
    return "\n".join(light) + "\n" + SHOWN_ALONE.format(dark="\n".join(dark) + "\n")


def _words() -> str:
    rows = [
        f"| {line.number} | {line.name} | {line.who} | {line.sources} | {line.target}"
        f" | {line.requires or '—'} | {line.sets or '—'} |"
        for line in diagram.lines()
    ]
    head = [
        "# The life of a case",
        "",
        "Drawn by `manage.py draw_life` from the table of moves, `spots/cases/states.py`; a test",
        "holds it to the table. In the admin: *Life of a case*, in the reader's language.",
        "",
        f"![The life of a case]({PICTURE})",
        "",
        "Orange: the dispatcher's moves; blue: the engineer's; grey: the engine's own. A dashed",
        "frame stands for every state inside it.",
        "",
        "| № | move | who | from | to | to be said | sets |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"
