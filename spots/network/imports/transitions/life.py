"""The life of an import: uploaded, checked, applied, undone; claimed by one worker at a time."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from spots.network.imports import files
from spots.network.imports.files import Upload
from spots.network.imports.models import TO_DO, Import, ImportFile, State

LEASE = timedelta(minutes=5)  # as long as a task may take
MOST_ATTEMPTS = 3
MOST_OPEN = 5  # imports of one person that are not applied, stopped or refused
KEPT = timedelta(days=90)  # an import can be undone for so long after it was applied

# What a person does with an import: from where, to where.
MOVES: dict[str, tuple[frozenset[State], State]] = {
    "apply": (frozenset({State.CHECKED}), State.APPLYING),
    "undo": (frozenset({State.APPLIED}), State.UNDOING),
    "stop": (frozenset({State.UPLOADED, State.CHECKED}), State.STOPPED),
}


class ImportRefusedError(Exception):
    """The import cannot be made, or moved so; says why, for people."""


@transaction.atomic
def upload(
    sent: Upload, *, kind: str, brand: Brand, mode: str, language: str, by: Any, now: datetime
) -> Import:
    """
    Store a file, to be checked in the background.

    :raises UnusableFileError: it is too large, or not what its name says
    :raises ImportRefusedError: the person has as many imports open as they may
    """
    files.check(sent)
    _leave_room(by)
    row = Import.objects.create(
        kind=kind,
        brand=brand,
        mode=mode,
        file_name=sent.name[-200:],
        sha256=hashlib.sha256(sent.content).hexdigest(),
        size=len(sent.content),
        language=language[:2],
        by=by,
        made_at=now,
    )
    ImportFile.objects.create(of=row, content=sent.content)
    return row


def _leave_room(by: Any) -> None:
    """:raises ImportRefusedError: the person has as many imports open as they may"""
    get_user_model().objects.select_for_update().get(pk=by.pk)  # two files at once are counted
    open_ones = Import.objects.filter(by=by, state__in=[*TO_DO, State.CHECKED])
    if open_ones.count() >= MOST_OPEN:
        raise ImportRefusedError(
            _("%(n)d of your imports are not applied yet: apply or stop one first.")
            % {"n": MOST_OPEN}
        )


def ask_to_apply(import_id: int, *, by: Any, now: datetime) -> Import:
    """:raises ImportRefusedError: it was not checked, or changes nothing"""
    return _moved(import_id, "apply", by=by, now=now)


def ask_to_undo(import_id: int, *, by: Any, now: datetime) -> Import:
    """:raises ImportRefusedError: it was not applied, or longer ago than KEPT"""
    return _moved(import_id, "undo", by=by, now=now)


def stop(import_id: int, *, by: Any, now: datetime) -> Import:
    """
    Give an import up before it is applied; whoever is checking it notices at the next step.

    :raises ImportRefusedError: it is past that
    """
    return _moved(import_id, "stop", by=by, now=now)


def why_not(row: Import, name: str, *, now: datetime) -> str:
    """Say why a person cannot move an import so, as it stands; "": they can."""
    sources, _target = MOVES[name]
    if row.state not in sources:
        return _("This import is “%(state)s” now.") % {"state": row.get_state_display()}
    if name == "apply" and row.changes_nothing:
        return _("The file changes nothing.")
    if name == "undo" and row.applied_at and row.applied_at < now - KEPT:
        words = _("It was applied more than %(n)d days ago: it cannot be undone any more.")
        return words % {"n": KEPT.days}
    return ""


@transaction.atomic
def _moved(import_id: int, name: str, *, by: Any, now: datetime) -> Import:
    row = Import.objects.select_for_update().get(pk=import_id)
    if refusal := why_not(row, name, now=now):
        raise ImportRefusedError(refusal)
    row.state, row.note, row.attempts, row.claimed_until = MOVES[name][1], "", 0, None
    if name == "apply":
        row.applied_by = by
    else:
        row.ended_by = by
    if name == "stop":
        row.ended_at = now
        _forget(row)
    row.save()
    return row


@transaction.atomic
def claim(*, now: datetime) -> Import | None:
    """Take the import that waits longest and is nobody else's; None: there is none."""
    free = Import.objects.to_do().exclude(claimed_until__gt=now).order_by("made_at", "pk")
    row = free.select_for_update(skip_locked=True).first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        _give_up(row, now=now)
        return None
    row.attempts += 1
    row.claimed_until = now + LEASE
    row.save(update_fields=["attempts", "claimed_until"])
    return row


def held(row: Import) -> QuerySet[Import]:
    """The import's row while the claim stands by which this process holds it."""
    return Import.objects.filter(
        pk=row.pk, state=row.state, claimed_until=row.claimed_until, claimed_until__isnull=False
    )


def give_back(row: Import, *, attempts: int | None = None) -> None:
    """Let another run go on with it: later, with as many attempts counted as given."""
    held(row).update(claimed_until=None, attempts=row.attempts if attempts is None else attempts)


@transaction.atomic
def refuse(row: Import, *, note: str, now: datetime) -> None:
    """The file as a whole cannot be taken."""
    values = {"state": State.REFUSED, "note": note, "ended_at": now, "claimed_until": None}
    if held(row).update(**values):
        _forget(row)


@transaction.atomic
def fail(row: Import, *, note: str, now: datetime) -> None:
    """Something went wrong that was not foreseen; the last attempt gives the import up."""
    if row.attempts < MOST_ATTEMPTS:
        give_back(row)
        return
    current = held(row).select_for_update().first()
    if current:
        _give_up(current, now=now, note=note)


def _give_up(row: Import, *, now: datetime, note: str = "") -> None:
    """A check that fails again and again refuses the file; applying and undoing change nothing."""
    back = {State.UPLOADED: State.REFUSED, State.APPLYING: State.CHECKED}
    row.state = back.get(State(row.state), State.APPLIED)
    with translation.override(row.language):
        row.note = note or _("The worker stopped, each time.")
    row.claimed_until, row.attempts = None, 0
    if row.state == State.REFUSED:
        row.ended_at = now
        _forget(row)
    row.save()


def _forget(row: Import) -> None:
    """Delete what came in: the file, and what was found in it."""
    ImportFile.objects.filter(of=row).delete()
    row.staged.all().delete()
