"""
Mail by SMTP, to a server that may never come to an end.

Of a reply of many lines Python keeps all, however many there are, and waits for each: a server
that talks on and on filled the memory by a hundred megabytes a second.
"""

from functools import partial
from smtplib import SMTP, SMTP_SSL
from typing import Any, Final

from django.core.mail.backends import smtp

from complaints.outgoing.calling import hang_up, within

REPLY_BYTES: Final = 64 * 1024  # of one reply; what a server can do is told in less than one
REPLY_SECONDS: Final = 30.0  # for one reply, however slowly it comes


class _Bounded:
    """What a server says, as far as one reply may go."""

    def __init__(self, file: Any) -> None:
        self._file, self.left = file, REPLY_BYTES

    def readline(self, size: int) -> bytes:
        """:raises OSError: it says too much"""
        line: bytes = self._file.readline(size)
        self.left -= len(line)
        if self.left < 0:
            raise OSError("The server says too much at once.")
        return line

    def close(self) -> None:
        self._file.close()


class _Hurried(SMTP):
    file: Any

    def getreply(self) -> tuple[int, bytes]:
        """:raises SMTPServerDisconnected: the reply does not end, or not in time"""
        line = self.sock
        if line is None:
            return super().getreply()
        if self.file is None:
            self.file = _Bounded(line.makefile("rb"))
        self.file.left = REPLY_BYTES
        with within(REPLY_SECONDS, partial(hang_up, line)):
            return super().getreply()


class _HurriedSecretly(_Hurried, SMTP_SSL):
    """The same, over TLS from the beginning."""


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[SMTP]:
        return _HurriedSecretly if self.use_ssl else _Hurried
