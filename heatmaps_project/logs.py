"""What a log line may hold: UTC times, and no phone or e-mail address."""

import logging
import re
import time
from typing import Any

PERSONAL = re.compile(r"\+?\d[\d ()-]{8,}\d|[\w.+-]+@[\w-]+\.[\w.-]+")


class HidePersonalData(logging.Filter):
    """Blank out whatever looks like a phone number or an e-mail address."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = PERSONAL.sub("[hidden]", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True


class UtcFormatter(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "heatmaps_project.logs.UtcFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"personal": {"()": "heatmaps_project.logs.HidePersonalData"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["personal"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
