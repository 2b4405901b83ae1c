"""All that somebody is told at one time, as a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.customers.reader import name_of
from spots.escalation.firings import Notice
from spots.escalation.wording import firing_in_words


@dataclass(frozen=True)
class Digest:
    language: str
    subject: str
    text: str
    brief: str  # for a telephone


def written_for(user: Any, notices: Sequence[Notice]) -> Digest:
    """Return the letter in the receiver's language, its times on their clock."""
    language = user.language or settings.LANGUAGE_CODE
    zone = ZoneInfo(user.time_zone) if user.time_zone else timezone.get_default_timezone()
    with translation.override(language), timezone.override(zone):
        subject = _subject(notices)
        return Digest(language, subject, _text(notices), f"{subject}\n{_inbox()}")


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        firing = notices[0].firing
        return f"{firing.clock.case}: {firing_in_words(firing)}"[:300]
    number = len(notices)
    return ngettext("%(n)d promise at risk", "%(n)d promises at risk", number) % {"n": number}


def _text(notices: Sequence[Notice]) -> str:
    parts = [_part(notice) for notice in notices]
    parts.append(_("Acknowledge them in your inbox: %(inbox)s") % {"inbox": _inbox()})
    return "\n\n".join(parts)


def _inbox() -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse("admin:spots_notice_changelist")


def _part(notice: Notice) -> str:
    firing = notice.firing
    lines = [str(firing.clock.case), firing_in_words(firing)]
    if notice.instead_of_id:
        lines.append(_("You stand in for: %(who)s") % {"who": name_of(notice.instead_of)})
    if firing.climbed_from_id:
        lines.append(_("Nobody has answered so far."))
    return "\n".join(lines)
