"""What a customer is told about a case, in which words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.opening import expected_at
from feedback.notifications.templates.catalogue import Channel, Template
from feedback.notifications.templates.defaults import PACKAGED
from feedback.notifications.templates.segments import segments
from feedback.notifications.templates.texts import filled, without
from feedback.surveys.links import sample_link
from feedback.surveys.models import Invitation
from feedback.surveys.wording import in_a_text
from spots.cases.models import Case

_COORDINATES = re.compile(r"-?\d+\.\d+, -?\d+\.\d+")


@dataclass(frozen=True)
class Wording:
    """A text with its variables still in it, and where it comes from (None: packaged)."""

    template_id: int | None
    subject: str
    body: str


@dataclass(frozen=True)
class Composed:
    """A text as one customer gets it."""

    subject: str
    text: str
    parts: int  # SMS parts; 1 for an e-mail


class Wordings:
    """The texts for one reason, brand, cause and topic, read at once and for any customers."""

    def __init__(
        self, reason: str, *, brand: int, cause: int | None = None, topic: int | None = None
    ) -> None:
        rows = Template.objects.filter(
            Q(brand=None) | Q(brand=brand),
            Q(cause=None) | Q(cause=cause),
            Q(topic=None) | Q(topic=topic),
            reason=reason,
        )
        self._reason = reason
        self._rows = sorted(rows, key=_particular, reverse=True)

    def of(self, channel: str, language: str, segment: str = "") -> Wording:
        asked = (channel, language)
        for row in self._rows:  # the most particular first
            if (row.channel, row.language) == asked and row.segment in ("", segment):
                return Wording(row.pk, row.subject, row.body)
        if channel == Channel.PUSH:  # what has no words of its own says what a text does
            return self.of(Channel.SMS, language, segment)
        return Wording(None, *PACKAGED[self._reason, channel, language])


def _particular(row: Template) -> tuple[bool, bool, bool, bool]:
    by_case = (row.cause_id is not None, row.topic_id is not None)
    return (row.brand_id is not None, bool(row.segment), *by_case)


def facts_of(case: Case, language: str, *, eta_at: datetime | None) -> dict[str, str]:
    """Return what the variables mean for a case, with a term: all but a customer's own."""
    with translation.override(language):
        return {
            "brand": case.brand.name,
            "place": place_of(case, language),
            "topic": case.topic.name_in(language) if case.topic else _("service quality"),
            "cause": case.cause.written_in(language) if case.cause else _("a fault in the network"),
            "eta": _moment_of(eta_at, case.region.time_zone),
        }


def facts_of_works(batch: Announcement, language: str, *, zone: str) -> dict[str, str]:
    """Return what the variables mean for planned works, by the clock of a zone."""
    works = batch.works
    assert works is not None  # a constraint says so
    with translation.override(language):
        return {
            "brand": batch.brand.name,
            "place": batch.region.name_in(language) if batch.region else "",
            "works": works.title,
            "begins": moment(works.starts_at, zone),
            "ends": _moment_of(works.ends_at, zone),
        }


def facts_of_survey(asked: Invitation, language: str, *, link: str) -> dict[str, str]:
    """Return what the variables mean for a survey that somebody is asked."""
    assert asked.version is not None  # whoever is asked is asked a version
    return {
        "brand": asked.brand.name,
        "survey": asked.version.said_of("title", language),
        "link": link,
        "question": in_a_text(asked.version.questions[0], language),
    }


def _moment_of(at: datetime | None, zone: str) -> str:
    return moment(at, zone) if at else _("a time that we will tell you later")


def place_of(case: Case, language: str) -> str:
    """Return where a case is in a customer's words: never as bare coordinates."""
    if not case.place or _COORDINATES.fullmatch(case.place):
        return case.region.name_in(language)
    return case.place


def moment(at: datetime, zone: str) -> str:
    """Return a moment by a place's own clock, in the active language: "25 March, 18:00"."""
    return date_format(at.astimezone(ZoneInfo(zone)), "j E, H:i")


def day(at: datetime, zone: str, language: str) -> str:
    """Return a day by a place's own calendar: "25 March"."""
    return _day_in_words(at.astimezone(ZoneInfo(zone)).date(), language)


@lru_cache(maxsize=1000)  # a batch has thousands of customers, and few days
def _day_in_words(local: date, language: str) -> str:
    with translation.override(language):
        return date_format(local, "j E")


def composed(wording: Wording, values: Mapping[str, str], *, channel: str) -> Composed:
    """Put the values into a text and count its parts; whoever has no link is asked nothing."""
    body = _unlinked(wording.body) if values.get("link") == "" else wording.body
    text = filled(body, values)
    parts = len(segments(text).parts) if channel == Channel.SMS else 1
    return Composed(filled(wording.subject, values)[:300], text, parts)


@lru_cache(maxsize=1000)  # templates are few
def _unlinked(body: str) -> str:
    return without(body, "link") or body


def worded(
    words: Wordings, values: Mapping[str, str], *, channel: str, language: str, segment: str
) -> dict[str, Any]:
    """Return the fields of a message that hold its text."""
    text = words.of(channel, language, segment)
    ready = composed(text, values, channel=channel)
    return {
        "template_id": text.template_id,
        "channel": channel,
        "language": language,
        "subject": ready.subject,
        "text": ready.text,
        "parts": ready.parts,
    }


def sample(template: Template, case: Case) -> Composed:
    """Return how a template reads for a customer of a case, with a link that leads nowhere."""
    wording = Wording(template.pk, template.subject, template.body)
    zone, language = case.region.time_zone, template.language
    with translation.override(language):
        begins = moment(case.opened_at, zone)
    eta_at = expected_at(case, template.reason)
    values = facts_of(case, language, eta_at=eta_at) | {
        "complained_on": day(case.started_at, zone, language),
        "link": sample_link(),
        "survey": _("Would you recommend us?"),
        "question": _("Would you recommend us?"),
        "works": "…",
        "answer": "…",
        "begins": begins,
        "ends": begins,
    }
    return composed(wording, values, channel=template.channel)
