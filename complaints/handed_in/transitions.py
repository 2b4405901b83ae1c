"""The life that every file handed in has: taken in, moved by people, claimed by one worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO, Any, Final, TypeVar

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.customers.personal import current_cipher
from complaints.handed_in.models import REFUSED, HandedIn

LEASE: Final = timedelta(minutes=5)  # as long as a task may take
MOST_ATTEMPTS: Final = 3
MOST_OPEN: Final = 5  # files of one kind and person that are under way
PIECE: Final = 1024 * 1024  # bytes

_Row = TypeVar("_Row", bound=HandedIn)


class ImportRefusedError(Exception):
    """The import cannot be made, or moved so; says why, for people."""


@transaction.atomic
def hand_in(row: _Row, pieces: Iterable[bytes]) -> _Row:
    """
    Store a file piece by piece, to be worked on in the background; `row` is new.

    :raises ImportRefusedError: the person has as many imports open as they may
    """
    kind = type(row)
    get_user_model().objects.select_for_update().get(pk=row.by_id)  # two at once are counted
    open_ones: QuerySet[_Row] = kind._default_manager.filter(by=row.by_id, state__in=kind.OPEN)
    if open_ones.count() >= MOST_OPEN:
        words = _("%(n)d of your imports are under way: bring one of them to an end first.")
        raise ImportRefusedError(words % {"n": MOST_OPEN})
    row.file_name, row.size = row.file_name[-200:], 0
    row.save()
    cipher = current_cipher()
    for number, piece in enumerate(pieces):
        row.size += len(piece)
        row.pieces.create(number=number, content=cipher.seal(piece))
    row.save(update_fields=["size"])
    return row


def gather(row: HandedIn, file: IO[bytes]) -> None:
    """Write what was handed in into a file, a piece at a time."""
    cipher = current_cipher()
    pieces = row.pieces.order_by("number").values_list("content", flat=True)
    for content in pieces.iterator(chunk_size=4):
        file.write(cipher.unseal(bytes(content)))
    file.seek(0)


def not_as_it_stands(row: HandedIn, name: str) -> str:
    """Say why the table of moves does not let a person move it so; "": it does."""
    if row.state in row.MOVES[name].sources:
        return ""
    return _("This import is “%(state)s” now.") % {"state": row.state_in_words}


def moved(row: HandedIn, name: str) -> None:
    """Move a locked row so; the caller has asked whether it may, and saves it."""
    row.state, row.note = row.MOVES[name].target, ""
    row.attempts, row.claimed_until = 0, None


# The worker's side


@transaction.atomic
def claim(kind: type[_Row], *, now: datetime) -> _Row | None:
    """Take the file that waits longest and is nobody else's; None: there is none."""
    rows: QuerySet[_Row] = kind._default_manager.select_related("brand", "by")
    free = rows.filter(state__in=kind.TO_DO).exclude(claimed_until__gt=now)
    longest = free.order_by("made_at", "pk")
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


def held(row: _Row) -> "QuerySet[_Row]":
    """The file's row while the claim stands by which this process holds it."""
    rows: QuerySet[_Row] = type(row)._default_manager.filter(
        pk=row.pk, state=row.state, claimed_until=row.claimed_until, claimed_until__isnull=False
    )
    return rows


def give_back(row: HandedIn, *, attempts: int) -> None:
    """Let another run go on with it, with so many attempts counted."""
    held(row).update(claimed_until=None, attempts=attempts)


@transaction.atomic
def refuse(row: HandedIn, *, note: str, now: datetime) -> None:
    """The file as a whole cannot be taken."""
    values = {"state": REFUSED, "note": note, "ended_at": now, "claimed_until": None}
    if held(row).update(**values):
        forget(row)


@transaction.atomic
def fail(row: HandedIn, *, note: str, now: datetime) -> None:
    """Something went wrong that was not foreseen; the last attempt gives it up."""
    if row.attempts < MOST_ATTEMPTS:
        give_back(row, attempts=row.attempts)
        return
    current = held(row).select_for_update().first()
    if current:
        _give_up(current, now=now, note=note)


def _give_up(row: HandedIn, *, now: datetime, note: str = "") -> None:
    row.state = row.GIVEN_UP[row.state]
    with translation.override(row.language):
        row.note = note or _("The worker stopped, each time.")
    row.claimed_until, row.attempts = None, 0
    if row.state == REFUSED:
        row.ended_at = now
        forget(row)
    row.save()


def forget(row: HandedIn) -> None:
    """Delete the file, and what was found in it."""
    for relation in row._meta.related_objects:
        found: Any = relation.related_model
        found._default_manager.filter(of=row).delete()
