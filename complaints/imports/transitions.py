"""The life of an import of complaints; claimed by one worker at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from complaints.customers.personal import current_cipher
from complaints.imports.mapping import Told
from complaints.imports.models import (
    OPEN,
    TO_DO,
    ComplaintImport,
    ImportPart,
    ImportPiece,
    RememberedLayout,
    State,
)

LEASE: Final = timedelta(minutes=5)  # as long as a task may take
MOST_ATTEMPTS: Final = 3
MOST_OPEN: Final = 5  # imports of one person that are under way
KEPT: Final = timedelta(days=30)  # an import can be undone for so long

# What a person does with an import: from where, to where.
MOVES: Final[dict[str, tuple[frozenset[State], State]]] = {
    "begin": (frozenset({State.READ}), State.RUNNING),
    "stop": (frozenset({State.RUNNING}), State.STOPPED),
    "go_on": (frozenset({State.STOPPED}), State.RUNNING),
    "cancel": (
        frozenset({State.UPLOADED, State.READ, State.RUNNING, State.STOPPED}),
        State.CANCELLED,
    ),
    "undo": (frozenset({State.DONE, State.CANCELLED, State.STOPPED}), State.UNDOING),
}


class ImportRefusedError(Exception):
    """The import cannot be made, or moved so; says why, for people."""


@transaction.atomic
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
    Store a file piece by piece, to be read in the background.

    :raises ImportRefusedError: the person has as many imports open as they may
    """
    get_user_model().objects.select_for_update().get(pk=by.pk)  # two files at once are counted
    if ComplaintImport.objects.filter(by=by, state__in=OPEN).count() >= MOST_OPEN:
        words = _("%(n)d of your imports are under way: finish or cancel one first.")
        raise ImportRefusedError(words % {"n": MOST_OPEN})
    row = ComplaintImport.objects.create(
        brand=brand,
        source=source,
        file_name=name[-200:],
        size=0,
        language=language[:2],
        by=by,
        made_at=now,
    )
    cipher = current_cipher()
    for number, piece in enumerate(pieces):
        row.size += len(piece)
        ImportPiece.objects.create(of=row, number=number, content=cipher.seal(piece))
    row.save(update_fields=["size"])
    return row


def why_not(row: ComplaintImport, name: str, *, now: datetime) -> str:
    """Say why a person cannot move an import so, as it stands; "": they can."""
    sources, _target = MOVES[name]
    if row.state not in sources:
        return _("This import is “%(state)s” now.") % {"state": row.get_state_display()}
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
    row.state, row.note, row.attempts, row.claimed_until = MOVES[name][1], "", 0, None
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


# The worker's side


@transaction.atomic
def claim(*, now: datetime) -> ComplaintImport | None:
    """Take the import that waits longest and is nobody else's; None: there is none."""
    free = ComplaintImport.objects.to_do().exclude(claimed_until__gt=now)
    longest = free.order_by("made_at", "pk").select_related("brand")
    row = longest.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        _give_up(row, now=now)
        return None
    row.attempts += 1
    row.claimed_until = now + LEASE
    row.save(update_fields=["attempts", "claimed_until"])
    return row


def held(row: ComplaintImport) -> QuerySet[ComplaintImport]:
    """The import's row while the claim stands by which this process holds it."""
    return ComplaintImport.objects.filter(
        pk=row.pk, state=row.state, claimed_until=row.claimed_until, claimed_until__isnull=False
    )


def give_back(row: ComplaintImport, *, attempts: int) -> None:
    """Let another run go on with it, with so many attempts counted."""
    held(row).update(claimed_until=None, attempts=attempts)


@transaction.atomic
def refuse(row: ComplaintImport, *, note: str, now: datetime) -> None:
    """The file as a whole cannot be taken."""
    values = {"state": State.REFUSED, "note": note, "ended_at": now, "claimed_until": None}
    if held(row).update(**values):
        _forget(row)


@transaction.atomic
def fail(row: ComplaintImport, *, note: str, now: datetime) -> None:
    """Something went wrong that was not foreseen; the last attempt stops the import."""
    if row.attempts < MOST_ATTEMPTS:
        give_back(row, attempts=row.attempts)
        return
    current = held(row).select_for_update().first()
    if current:
        _give_up(current, now=now, note=note)


def _give_up(row: ComplaintImport, *, now: datetime, note: str = "") -> None:
    """Reading that fails again and again refuses the file; what runs, stops where it is."""
    back = {State.UPLOADED: State.REFUSED, State.RUNNING: State.STOPPED}
    row.state = back.get(State(row.state), State.DONE)
    with translation.override(row.language):
        row.note = note or _("The worker stopped, each time.")
    row.claimed_until, row.attempts = None, 0
    if row.state == State.REFUSED:
        row.ended_at = now
        _forget(row)
    row.save()


def _forget(row: ComplaintImport) -> None:
    ImportPiece.objects.filter(of=row).delete()
    ImportPart.objects.filter(of=row).delete()


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """
    Delete what files said, of the import that ended longest ago and can no longer be undone.

    One that nobody has begun, or let go on, for as long is cancelled first.
    """
    cutoff = now - KEPT - LEASE
    waiting = ComplaintImport.objects.filter(state__in=(State.READ, State.STOPPED))
    waiting.filter(made_at__lt=cutoff).update(state=State.CANCELLED, ended_at=now)
    old = ComplaintImport.objects.exclude(state__in=TO_DO).filter(
        Q(ended_at__lt=cutoff) | Q(made_at__lt=cutoff, began_at=None), parts__isnull=False
    )
    oldest = old.order_by("ended_at", "pk").values_list("pk", flat=True).first()
    if oldest is None:
        return 0
    return ImportPart.objects.filter(of=oldest).delete()[0]
