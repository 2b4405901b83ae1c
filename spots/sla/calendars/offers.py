"""From where a year can be filled in: the law, the year before, a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.sla.calendars import ical, last_year, russia
from spots.sla.calendars.filling import Change, Proposal, changes_of
from spots.sla.hours import Hours


class CannotOfferError(Exception):
    """Nothing can be offered; says why, to whoever asked."""


@dataclass(frozen=True)
class Offer:
    """Days that could be put into the form, and what has to be said about them."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()  # line of a file, why


def offer(
    source: str,
    *,
    year: int,
    hours: Hours | None,
    names: Mapping[str, str],
    file: UploadedFile[Any] | None = None,
) -> Offer:
    """
    Return what one source would change in a year of the calendar as it is typed.

    source  "russia", "last-year" or "ics"

    :raises CannotOfferError: if the calendar or the file cannot be read, or the source is unknown
    """
    if hours is None:
        raise CannotOfferError(_("First mend the lines of the calendar that cannot be read."))
    if source == "russia":
        return _by_law(year, hours, names)
    if source == "last-year":
        found = last_year.proposals(year, hours, names)
        note = _("Days with hours of their own, and days off that decrees moved, stay behind.")
        return Offer(tuple(changes_of(hours, names, found)), (note,))
    if source == "ics":
        return _by_file(year, hours, names, file)
    raise CannotOfferError(_("It is not known from where to fill the year in."))


def _by_law(year: int, hours: Hours, names: Mapping[str, str]) -> Offer:
    notes = [] if any(hours.week) else [_("Fill in the week first: short days follow from it.")]
    if not russia.transfers(year):
        notes.append(
            _(
                "No days off that a decree moved are known for %(year)d: look them up when they"
                " are published."
            )
            % {"year": year}
        )
    found: list[Proposal] = list(russia.proposals(year, hours.week))
    return Offer(tuple(changes_of(hours, names, found)), tuple(notes))


def _by_file(
    year: int, hours: Hours, names: Mapping[str, str], file: UploadedFile[Any] | None
) -> Offer:
    if file is None:
        raise CannotOfferError(_("Choose a file first."))
    content: Any = file.read(ical.MOST_BYTES + 1)
    try:
        reading = ical.read(content, year)
    except ical.UnreadableFileError as refusal:
        raise CannotOfferError(str(refusal)) from refusal
    notes = []
    if reading.elsewhere:
        words = ngettext(
            "%(n)d event has no day in %(year)d.",
            "%(n)d events have no day in %(year)d.",
            reading.elsewhere,
        )
        notes.append(words % {"n": reading.elsewhere, "year": year})
    changes = tuple(changes_of(hours, names, reading.proposals))
    return Offer(changes, tuple(notes), tuple(reading.refused))
