"""What people do with an import of complaints, and how long it is kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from complaints.handed_in.transitions import (
    LEASE,
    ImportRefusedError,
    hand_in,
    moved,
    not_as_it_stands,
)
from complaints.imports.mapping import Told
from complaints.imports.models import (
    ComplaintImport,
    ImportPart,
    ImportPiece,
    RememberedLayout,
    State,
)

KEPT: Final = timedelta(days=30)  # an import can be undone for so long


def upload(
    pieces: Iterable[bytes],
    *,
    name: str,
    brand: Brand,
    source: str,
    language: str,
    by: Any,
    now: datetime,
) -> ComplaintImport:
    """
    Store a file, to be read in the background.

    :raises ImportRefusedError: the person has as many imports open as they may
    """
    row = ComplaintImport(
        brand=brand, source=source, file_name=name, language=language[:2], by=by, made_at=now
    )
    return hand_in(row, pieces)


def why_not(row: ComplaintImport, name: str, *, now: datetime) -> str:
    """Say why a person cannot move an import so, as it stands; "": they can."""
    if refusal := not_as_it_stands(row, name):
        return refusal
    if name == "begin" and (missing := Told.of(row.layout).missing()):
        return missing[0]
    if name == "undo" and not row.created:
        return _("It has made no complaint.")
    if name == "undo" and row.ended_at and row.ended_at < now - KEPT:
        words = _("It ended more than %(n)d days ago: it cannot be undone any more.")
        return words % {"n": KEPT.days}
    return ""


@transaction.atomic
def move(import_id: int, name: str, *, by: Any, now: datetime) -> ComplaintImport:
    """
    Begin an import, stop it, let it go on, cancel it, or undo what it did.

    Whoever is working on it notices at the next part. Cancelled, it keeps what it has made.

    :raises ImportRefusedError: it cannot be moved so as it stands
    """
    row = ComplaintImport.objects.select_for_update().get(pk=import_id)
    if refusal := why_not(row, name, now=now):
        raise ImportRefusedError(refusal)
    moved(row, name)
    if name == "begin":
        row.began_at, row.began_by = now, by
    if name in ("cancel", "undo"):
        row.ended_by = by
    if name == "cancel":
        row.ended_at = now
        ImportPiece.objects.filter(of=row).delete()
        ImportPart.objects.filter(of=row, done_at=None).delete()
    row.save()
    return row


@transaction.atomic
def tell_columns(import_id: int, told: Told) -> ComplaintImport:
    """
    Say what an import's columns mean, and remember it for its source's next file.

    :raises ImportRefusedError: it has begun
    """
    row = ComplaintImport.objects.select_for_update().get(pk=import_id)
    if row.state != State.READ:
        raise ImportRefusedError(why_not(row, "begin", now=row.made_at))
    row.layout = told.as_json()
    row.save(update_fields=["layout"])
    RememberedLayout.objects.update_or_create(
        brand=row.brand, source=row.source, defaults={"layout": row.layout}
    )
    return row


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """
    Delete what files said, of the import that ended longest ago and can no longer be undone.

    One that nobody has begun, or let go on, for as long is cancelled first.
    """
    cutoff = now - KEPT - LEASE
    waiting = ComplaintImport.objects.filter(state__in=(State.READ, State.STOPPED))
    waiting.filter(made_at__lt=cutoff).update(state=State.CANCELLED, ended_at=now)
    old = ComplaintImport.objects.exclude(state__in=ComplaintImport.TO_DO).filter(
        Q(ended_at__lt=cutoff) | Q(made_at__lt=cutoff, began_at=None), parts__isnull=False
    )
    oldest = old.order_by("ended_at", "pk").values_list("pk", flat=True).first()
    if oldest is None:
        return 0
    return ImportPart.objects.filter(of=oldest).delete()[0]
