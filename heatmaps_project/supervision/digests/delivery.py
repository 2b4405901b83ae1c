"""Digests to the mail server: HTML, a plain text for who reads no HTML, and PDF."""

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from heatmaps_project.supervision.digests import transitions
from heatmaps_project.supervision.digests.models import Digest
from heatmaps_project.supervision.digests.paper import on_paper
from heatmaps_project.supervision.digests.wanted import is_still_theirs

BATCH: Final = 10

logger = logging.getLogger(__name__)


def send_digests(*, now: datetime) -> int:
    """Send the digests that are due, and return how many were handed over."""
    transitions.give_up_abandoned(now=now)
    sent = 0
    while rows := transitions.claim(limit=BATCH, now=now):
        with get_connection() as server:
            for row in rows:
                if not is_still_theirs(row):
                    transitions.book_dropped(row, now=now)
                    continue
                try:
                    _letter(row, server).send()
                except (OSError, SMTPException) as error:
                    logger.warning("Digest %s was not taken: %s", row.pk, type(error).__name__)
                    transitions.book_failed(row, error=type(error).__name__, now=now)
                else:
                    transitions.book_sent(row, now=now)
                    sent += 1
    return sent


def _letter(row: Digest, server: object) -> EmailMultiAlternatives:
    with translation.override(row.language):
        text = _("%(subject)s: the report is attached, and at %(link)s") % {
            "subject": row.subject,
            "link": f"{settings.PUBLIC_URL}/admin/heatmaps_project/digest/",
        }
    letter = EmailMultiAlternatives(row.subject, text, to=[row.user.email], connection=server)
    letter.attach_alternative(row.page, "text/html")
    letter.attach(f"heatmaps-{row.day}.pdf", on_paper(row.page), "application/pdf")
    return letter
