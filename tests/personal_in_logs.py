"""Whatever the suite logs is read as production would write it: no line may say whose it is."""

import logging
import re
from collections.abc import Iterable
from pathlib import Path

from heatmaps_project.logs import LOGGING, JsonFormatter, UtcFormatter

# Phones of Russia's mobile networks, in the spellings that people and programs use; addresses of
# mail, of which a worker's name with its machine's is none.
PERSONAL = re.compile(
    r"(?<![\w.])(?:\+7|\b[78])[ (./\u00a0\u2010-\u2015-]{0,2}9\d{2}[ )./\u00a0\u2010-\u2015-]{0,2}"
    r"\d{3}[ ./\u00a0\u2010-\u2015-]?\d{2}[ ./\u00a0\u2010-\u2015-]?\d{2}(?!\.?\w)"
    r"|(?<![\w.+-])(?!(?:worker|detector|work|look|celery)@)[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}"
)


class Listener(logging.Handler):
    """Hears every record, and keeps the lines with something personal."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self._written = (
            UtcFormatter("{levelname} {name} {message}{where}", style="{"),
            JsonFormatter(),
        )
        self.heard: list[str] = []
        self.lines = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += 1
        lines = (formatter.format(record) for formatter in self._written)
        self.heard += [line for line in lines if PERSONAL.search(line)]

    def taken(self) -> list[str]:
        heard, self.heard = self.heard, []
        return heard


def listening(listener: Listener) -> None:
    """Let it hear the root logger, and those that have handlers of their own."""
    for name in ("", *LOGGING["loggers"]):
        logging.getLogger(name).addHandler(listener)


def in_files(files: Iterable[Path]) -> list[str]:
    """Return the lines with something personal of what processes wrote."""
    return [
        f"{file.name}: {line}"
        for file in files
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
        if PERSONAL.search(line)
    ]
