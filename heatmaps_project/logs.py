"""
What a log line says: when, in UTC, what, by which request or task, about which case.

And what it does not: nothing that looks like a phone number or an e-mail address, not the rows
that PostgreSQL quotes in its errors, which hold names and texts, and no key in an address: with one
whoever reads the log would open a customer's page, or answer for them.
"""

import json
import logging
import os
import re
import time
from typing import Any

from complaints.customers.spelled import personal
from heatmaps_project.operations.trace import whereabouts

PERSONAL = personal(least=10)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Signed links have 30 letters and more; no address of ours has a word as long. What nobody serves
# is a key, too, copied with a bracket after it.
KEY = re.compile(r"(?<=/)[^/\s]{25,}")
# Values have line ends, too: whatever follows, until the next error of a traceback. An error that
# is quoted by its repr, as Celery does, has its line ends spelled out.
QUOTED_ROW = re.compile(
    r"(?:^|(?<=\\n))(DETAIL|CONTEXT): .*?(?=\n\n(?:The above exception was|During handling of)|\Z)",
    re.MULTILINE | re.DOTALL,
)

# Anybody may have these written, with words of their own: 8 KB of an address, 16 of a host.
OF_ANYBODY = (
    *("django.request", "django.security", "gunicorn.error", "axes"),
    "heatmaps_project.accounts.provider",
)
LINES_A_MINUTE = 300  # of them, in each process
LONGEST_OF_ANYBODY = 300  # letters of one
LONGEST = 4000  # letters of any other line


def scrubbed(text: str) -> str:
    """Return a text without personal data, and without rows of the database."""
    return PERSONAL.sub("[hidden]", QUOTED_ROW.sub(r"\1: [hidden]", text))


def without_keys(text: str) -> str:
    """Return what is said of a request without the keys in its address."""
    return KEY.sub("[hidden]", text)


def in_one_line(text: str) -> str:
    """Return a text in which nobody can begin a line, or steer a terminal."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} letters)"


class NotTooMany(logging.Filter):
    """
    Of what anybody may have written, so much a minute: else they fill the disk, with everything
    that stands on it, and nobody finds anything else. The next line that is written says how many
    were not.
    """

    def __init__(self) -> None:
        super().__init__()
        self._minute, self._written, self._left_out = 0, 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        is_fault = record.levelno >= logging.ERROR and not record.name.startswith("django.security")
        is_refusal = record.levelno >= logging.WARNING and not is_fault
        if not (is_refusal and record.name.startswith(OF_ANYBODY)):
            return True
        if (minute := int(record.created // 60)) != self._minute:
            self._minute, self._written = minute, 0
        if self._written >= LINES_A_MINUTE:
            self._left_out += 1
            return False
        self._written += 1
        record.exc_info = None  # where it was refused tells nothing that its words do not
        record.longest = LONGEST_OF_ANYBODY
        if self._left_out:
            record.facts = {**vars(record).get("facts", {}), "left_out": self._left_out}
            self._left_out = 0
        return True


class UtcFormatter(logging.Formatter):
    """A line for people: time, level, logger, message, whereabouts; then the traceback."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        # Kept in the record, so that no other handler says more.
        said = record.getMessage()
        if "request" in vars(record):  # Django's own words about one: its method and address
            said = without_keys(said)
        # Cut when nothing is in it that would be known by its end.
        record.msg, record.args = cut(scrubbed(said), vars(record).get("longest", LONGEST)), ()
        if record.exc_info:
            trace = scrubbed(self.formatException(record.exc_info)).split("\n")
            record.exc_text = "\n".join(cut(in_one_line(line), LONGEST) for line in trace)
        # Numbers and names of ours, given as extra={"facts": …}.
        return self.line(record, {**whereabouts(), **vars(record).get("facts", {})})

    def line(self, record: logging.LogRecord, where: dict[str, Any]) -> str:
        record.msg = in_one_line(record.msg)
        record.where = "".join(f" {name}={value}" for name, value in where.items())
        return super().format(record)


class JsonFormatter(UtcFormatter):
    """The same as one JSON object a line, for machines that collect logs."""

    def line(self, record: logging.LogRecord, where: dict[str, Any]) -> str:
        said = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.msg,
            **where,
            **({"exception": record.exc_text} if record.exc_text else {}),
        }
        return json.dumps(said, ensure_ascii=False)


def formatter() -> logging.Formatter:
    """Return the one that LOG_FORMAT asks for."""
    if os.environ.get("LOG_FORMAT") == "json":
        return JsonFormatter()
    return UtcFormatter("{asctime} {levelname} {name} {message}{where}", style="{")


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ours": {"()": "heatmaps_project.logs.formatter"}},
    # They tell of each step of a PDF, and of each font.
    "loggers": {
        name: {"level": "ERROR", "propagate": False, "handlers": ["console"]}
        for name in ("weasyprint", "weasyprint.progress", "fontTools")
    },
    "filters": {"not_too_many": {"()": "heatmaps_project.logs.NotTooMany"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["not_too_many"],
            "formatter": "ours",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
