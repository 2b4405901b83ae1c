"""A mailbox read by IMAP: what came since the last time, each letter only so far as it counts."""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from socket import create_connection, socket
from threading import Timer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from complaints.outgoing.addresses import ForbiddenAddressError, resolved
from complaints.outgoing.calling import hang_up, hurried
from heatmaps_project.channels import transitions
from heatmaps_project.channels.letters import Letter, read_letter, unread_letter
from heatmaps_project.channels.models import Inlet
from heatmaps_project.channels.quantity import OF_A_MAILBOX, room

logger = logging.getLogger(__name__)

PORTS: Final = {"imaps": 993, "imap": 143}
LETTER_BYTES: Final = 256 * 1024  # of a letter that are looked at: what comes after are attachments
AT_ONCE: Final = 20  # letters in one transaction
ANSWER_BYTES: Final = 2 * AT_ONCE * LETTER_BYTES  # that a server may say to one command
MOST: Final = 500  # letters of one run
SECONDS: Final = 20.0  # that a server may be silent
LONGEST: Final = 200.0  # seconds of one run, however slowly it talks: a task may take 240


class MailError(Exception):
    """The mailbox could not be read; says why."""


class _Imap(imaplib.IMAP4):
    """
    Connects to one numeric address that was checked; its certificate is the host's.

    One that talks letter by letter is left in time: what was read of it until then is kept.
    """

    _hurry: Timer | None = None

    def __init__(self, host: str, port: int, number: str, context: ssl.SSLContext | None) -> None:
        self._number, self._context = number, context
        self._left = ANSWER_BYTES
        super().__init__(host, port, timeout=SECONDS)

    def _create_socket(self, timeout: float | None) -> socket:
        line = create_connection((self._number, self.port), timeout)
        if self._context is not None:
            line = self._context.wrap_socket(line, server_hostname=self.host)
        self._hurry = hurried(LONGEST, partial(hang_up, line))
        return line

    def shutdown(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
        super().shutdown()

    def send(self, data: Any) -> None:
        self._left = ANSWER_BYTES
        super().send(data)

    def read(self, size: int) -> bytes:
        """:raises OSError: more than any answer needs"""
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        """:raises OSError: more than any answer needs"""
        line = super().readline()
        self._take(len(line))
        return line

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise OSError("The server says too much at once.")


def run(inlet: Inlet, *, now: datetime) -> None:
    """
    Take the letters that came since the last time.

    :raises MailError: the mailbox could not be read, or as many letters as in a day were taken: the
        others wait in it
    """
    try:
        with _opened(inlet) as box:
            validity, last = _position(inlet, box)
            waiting = _waiting(box, last)[:MOST]
            taken = waiting[: room(inlet, now=now)] if waiting else []
            for start in range(0, len(taken), AT_ONCE):
                numbers = taken[start : start + AT_ONCE]
                letters = (_read(raw, now=now) for raw in _fetched(box, numbers))
                values = [one.values for one in letters if not one.automatic]
                cursor = f"{validity}:{numbers[-1]}"
                if not transitions.take(inlet, values, cursor=cursor, now=now):
                    return
            if len(taken) < len(waiting):
                raise MailError(f"More than {OF_A_MAILBOX} letters a day: the others wait there.")
    except (imaplib.IMAP4.error, OSError, ForbiddenAddressError, ValueError) as error:
        raise MailError(f"{type(error).__name__}: {error}"[:300]) from None


@contextmanager
def _opened(inlet: Inlet) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(inlet.url)
    plain = parts.scheme == "imap" and settings.WEBHOOK_HTTP
    if not parts.hostname or (parts.scheme != "imaps" and not plain):
        raise MailError("The address has to begin with imaps://.")
    port = parts.port or PORTS[parts.scheme]
    context = None if plain else ssl.create_default_context()
    box = _Imap(parts.hostname, port, resolved(parts.hostname, port)[0], context)
    try:
        box.login(inlet.login, inlet.secret)
        folder = unquote(parts.path.strip("/")) or "INBOX"
        if not folder.isprintable() or '"' in folder or "\\" in folder:
            raise MailError("The folder has an impossible name.")
        _good(box.select(f'"{folder}"', readonly=True))
        yield box
    finally:
        try:
            box.logout()
        except (imaplib.IMAP4.error, OSError):
            with suppress(OSError):
                box.shutdown()


def _read(raw: bytes, *, now: datetime) -> Letter:
    """Read a letter; one that breaks the reader never keeps those behind it waiting."""
    try:
        return read_letter(raw, now=now)
    except SoftTimeLimitExceeded:
        raise  # the time of the task is over: whoever goes on is killed, and nobody counts it
    except Exception:
        logger.exception("A letter cannot be read")
        return unread_letter(raw, now=now)


def _good(answer: tuple[str, Any]) -> Any:
    """:raises MailError: the server refuses"""
    status, data = answer
    if status != "OK":
        raise MailError(f"The server answers {status}.")
    return data


def _position(inlet: Inlet, box: imaplib.IMAP4) -> tuple[str, int]:
    """Return the folder's validity and the last number read; numbers begin anew with another."""
    told = box.response("UIDVALIDITY")[1]
    validity = told[0].decode() if told and told[0] else "0"
    known, _colon, last = inlet.cursor.partition(":")
    return validity, int(last) if known == validity and last.isdigit() else 0


def _waiting(box: imaplib.IMAP4, last: int) -> list[int]:
    [found] = _good(box.uid("SEARCH", f"UID {last + 1}:*"))
    # «n:*» names the last letter even where n is beyond it
    return sorted(number for number in map(int, (found or b"").split()) if number > last)


def _fetched(box: imaplib.IMAP4, numbers: Sequence[int]) -> Iterator[bytes]:
    wanted = ",".join(map(str, numbers))
    told = _good(box.uid("FETCH", wanted, f"(UID BODY.PEEK[]<0.{LETTER_BYTES}>)"))
    for one in told:
        if isinstance(one, tuple) and re.search(rb"BODY\[\]", one[0]):
            yield one[1]
