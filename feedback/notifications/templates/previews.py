"""A text as it is being written, as a customer of a real spot would read it."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from complaints.customers.walls import Walls
from feedback.notifications.templates.catalogue import Channel, Template
from feedback.notifications.templates.segments import segments, units
from feedback.notifications.templates.wording import sample
from spots.cases.models import Case

OF_CASE = ("brand", "region", "topic", "cause")


@dataclass(frozen=True)
class Preview:
    """
    encoding  "GSM-7" or "UCS-2"; empty: it is no SMS
    units     code units that it takes, of `room` in so many parts
    """

    case: Case | None = None
    subject: str = ""
    text: str = ""
    parts: int = 0
    encoding: str = ""
    units: int = 0
    room: int = 0
    faults: list[str] = field(default_factory=list)


class _Fields(forms.ModelForm[Template]):
    class Meta:
        model = Template
        fields = ("reason", "channel", "language", "subject", "body", "when_unsure")


def previewed(posted: QueryDict, *, walls: Walls) -> Preview:
    """Return how a form that is being filled in reads; nothing is kept."""
    filled = _Fields(posted)
    if not filled.is_valid():
        return Preview(faults=_said(filled))
    template = filled.instance
    case = _case(posted.get("preview_case", ""), walls=walls)
    if case is None:
        return Preview()
    found = sample(template, case)
    if template.channel != Channel.SMS:
        return Preview(case, found.subject, found.text)
    cut = segments(found.text)
    a_part = cut.encoding.alone if found.parts == 1 else cut.encoding.joined
    return Preview(
        case=case,
        text=found.text,
        parts=found.parts,
        encoding="GSM-7" if cut.encoding.data_coding == 0 else "UCS-2",
        units=units(found.text),
        room=a_part * found.parts,
    )


def _said(filled: forms.ModelForm[Any]) -> list[str]:
    return [str(fault) for faults in filled.errors.values() for fault in faults]


def _case(number: str, *, walls: Walls) -> Case | None:
    """Return the case that a reader names, else the newest with a cause that they may see."""
    cases = Case.objects.within(walls).select_related(*OF_CASE)
    if number.strip().isdecimal():
        return cases.filter(pk=int(number)).first()
    return cases.filter(cause__isnull=False).order_by("-pk").first()
