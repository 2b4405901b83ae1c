"""What people do with an import, and how long it is kept."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from complaints.handed_in.transitions import (
    PIECE,
    ImportRefusedError,
    forget,
    hand_in,
    moved,
    not_as_it_stands,
)
from spots.network.imports import files
from spots.network.imports.models import Import

KEPT = timedelta(days=90)  # an import can be undone for so long after it was applied


def upload(
    sent: File[bytes],
    *,
    kind: str,
    brand: Brand,
    mode: str,
    language: str,
    by: Any,
    now: datetime,
) -> Import:
    """
    Store a file, to be checked in the background.

    :raises UnusableFileError: it is too large, or not what its name says
    :raises ImportRefusedError: the person has as many imports open as they may
    """
    files.check(sent)
    row = Import(
        kind=kind,
        brand=brand,
        mode=mode,
        file_name=sent.name or "",
        sha256=_sha256(sent),
        language=language[:2],
        by=by,
        made_at=now,
    )
    return hand_in(row, sent.chunks(PIECE))


def _sha256(sent: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in sent.chunks(PIECE):
        digest.update(chunk)
    return digest.hexdigest()


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
    if refusal := not_as_it_stands(row, name):
        return refusal
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
    moved(row, name)
    if name == "apply":
        row.applied_by = by
    else:
        row.ended_by = by
    if name == "stop":
        row.ended_at = now
        forget(row)
    row.save()
    return row
