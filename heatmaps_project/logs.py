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


def scrubbed(text: str) -> str:
    """Return a text without personal data, and without rows of the database."""
    return PERSONAL.sub("[hidden]", QUOTED_ROW.sub(r"\1: [hidden]", text))


def without_keys(text: str) -> str:
    """Return what is said of a request without the keys in its address."""
    return KEY.sub("[hidden]", text)


def in_one_line(text: str) -> str:
    """Return a text in which nobody can begin a line, or steer a terminal."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


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
        record.msg, record.args = scrubbed(said), ()
        if record.exc_info:
            trace = scrubbed(self.formatException(record.exc_info)).split("\n")
            record.exc_text = "\n".join(map(in_one_line, trace))
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


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "heatmaps_project.logs.UtcFormatter",
            "format": "{asctime} {levelname} {name} {message}{where}",
            "style": "{",
        },
        "json": {"()": "heatmaps_project.logs.JsonFormatter"},
    },
    # They tell of each step of a PDF, and of each font.
    "loggers": {
        name: {"level": "ERROR", "propagate": False, "handlers": ["console"]}
        for name in ("weasyprint", "weasyprint.progress", "fontTools")
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("LOG_FORMAT") == "json" else "plain",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
