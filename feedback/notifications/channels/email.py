"""E-mail, through whatever backend Django is set to."""

import logging
from collections.abc import Sequence
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from feedback.notifications.channels.outcome import Failure, Outcome, Outgoing, one_by_one

logger = logging.getLogger(__name__)


class EmailGateway:
    """One connection for as long as the context lasts, opened when the first text is sent."""

    name = "email"

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._hang_up()

    def send(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        return one_by_one(batch, self._send)

    def listen(self, *, seconds: float) -> None:
        """Mail servers report by letters to the sender, which nobody reads here."""

    def _send(self, outgoing: Outgoing) -> Outcome:
        try:
            if self._connection is None:
                connection = get_connection()
                connection.open()
                self._connection = connection
        except (OSError, SMTPException) as error:
            return Outcome(failure=Failure.TEMPORARY, error=_said(error))
        try:
            self._connection.send_messages([_letter(outgoing)])
        except SMTPRecipientsRefused as refusal:
            self._hang_up()
            codes = [code for code, _text in refusal.recipients.values()]
            return Outcome(failure=_of_recipient(max(codes)), error=_said(refusal))
        except SMTPResponseException as refusal:
            self._hang_up()
            return Outcome(failure=_by_code(refusal.smtp_code), error=_said(refusal))
        except ValueError as error:  # no header can hold such an address: nothing was said yet
            return Outcome(failure=Failure.PERMANENT, error=_said(error))
        except (OSError, SMTPException) as error:
            # the server may have taken the letter before the line broke
            self._hang_up()
            return Outcome(failure=Failure.UNKNOWN, error=_said(error))
        return Outcome({1: str(outgoing.key)})

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, SMTPException):
                logger.warning("The mail server was gone before the connection was closed")


def _letter(outgoing: Outgoing) -> EmailMultiAlternatives:
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    headers = {
        # a server that gets a letter twice may know it by this
        "Message-ID": f"<{outgoing.key}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": outgoing.language,
    }
    if outgoing.refusal:  # RFC 8058: mail programs show a button of their own
        headers["List-Unsubscribe"] = f"<{outgoing.refusal}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMultiAlternatives(
        subject=outgoing.subject,
        body=outgoing.text,
        from_email=sender,
        to=[outgoing.address],
        headers=headers,
    )
    # In the letter that is seen, the scale is where the bare text has the link.
    before, _link, after = outgoing.text.partition(outgoing.scale.page if outgoing.scale else "\0")
    look = {
        "before": before,
        "after": after,
        "subject": outgoing.subject,
        "language": outgoing.language,
        "scale": outgoing.scale,
    }
    letter.attach_alternative(render_to_string("feedback/letter.html", look), "text/html")
    return letter


def _by_code(code: int) -> Failure:
    """RFC 5321 4.2.1: 4yz may be tried again, 5yz may not."""
    return Failure.PERMANENT if 500 <= code < 600 else Failure.TEMPORARY


def _of_recipient(code: int) -> Failure:
    """RFC 5321 4.2.2: x5z tells of the mail system of whoever it goes to, and not of ours."""
    return Failure.DEFERRED if 450 <= code < 460 else _by_code(code)


def _said(error: Exception) -> str:
    """Return what went wrong without the address, which a server likes to repeat."""
    if isinstance(error, SMTPRecipientsRefused):
        return ", ".join(str(code) for code, _text in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return str(error.smtp_code)
    return type(error).__name__
