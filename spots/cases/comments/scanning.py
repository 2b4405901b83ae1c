"""Files shown to a virus scanner of the operator's before anybody may open them here."""

import logging
import subprocess
from typing import Final

from django.conf import settings

from complaints.turns import NoTurnError, Turns

PATIENCE_S: Final = 20.0
_TURNS: Final = Turns(at_once=2)
_CLEAN: Final = 0  # as clamdscan and clamscan end; whatever is neither of the two is no answer
_INFECTED: Final = 1

logger = logging.getLogger(__name__)


class ScannerError(Exception):
    """The scanner did not answer, or did not say whether the file is clean."""


def is_clean(content: bytes) -> bool:
    """
    Return what the scanner says, which reads the file from its standard input; without one, True.

    :raises ScannerError: it does not start, takes longer than PATIENCE_S, says neither, or is busy
    """
    if not settings.UPLOAD_SCANNER:
        return True
    try:
        with _TURNS.taken():
            done = subprocess.run(
                settings.UPLOAD_SCANNER,
                input=content,
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
            )
    except NoTurnError as error:
        raise ScannerError from error
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.exception("The scanner of files does not answer.")
        raise ScannerError from error
    if done.returncode not in {_CLEAN, _INFECTED}:
        logger.error("The scanner of files ended with %d.", done.returncode)
        raise ScannerError
    return done.returncode == _CLEAN
