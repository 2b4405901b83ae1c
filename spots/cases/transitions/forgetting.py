"""
What the staff say of a single case is of its one customer: it goes when that customer's words do.

Elsewhere notes are of a place and of the network, and stay.
"""

from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from complaints.rewriting import rewriting
from spots.cases.comments.models import Attachment
from spots.cases.models import Case, Event, Kind, Membership
from spots.sla.models import LedgerEntry

LONGEST_REASON: Final = 200  # of LedgerEntry


@transaction.atomic
def forget_words(complaint_ids: Collection[int]) -> None:
    """
    Erase what was written of the single cases of complaints: answers to the customer, comments,
    reasons of moves. That there was something, when and by whom, stays.
    """
    singles = list(_singles(complaint_ids).values_list("pk", flat=True))
    notes = Event.objects.filter(case__in=singles).exclude(note="")
    # The ledger of promises keeps the beginning of a note, beside reasons that are nobody's words.
    said = {note.strip()[:LONGEST_REASON] for note in notes.values_list("note", flat=True)}
    reasons = LedgerEntry.objects.filter(clock__case__in=singles, reason__in=said - {""})
    with rewriting():
        reasons.update(reason="")
        notes.update(note="")


@transaction.atomic
def forget_files(complaint_ids: Collection[int]) -> None:
    """Delete what the staff attached to the single cases of complaints: it shows a home."""
    files = Attachment.objects.filter(event__case__in=_singles(complaint_ids))
    with rewriting():
        files.delete()


def _singles(complaint_ids: Collection[int]) -> QuerySet[Case]:
    """Return the cases that were of one of the complaints alone, whatever became of them."""
    members = Membership.objects.filter(complaint__in=complaint_ids)
    return Case.objects.filter(kind=Kind.SINGLE, pk__in=members.values("case")).order_by()
