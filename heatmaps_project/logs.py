"""What a log line may hold: UTC times, and no phone or e-mail address."""

import logging
import re
import time

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
