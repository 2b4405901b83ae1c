"""
An import applied as a whole, and undone as a whole: each in one transaction.

What is there must be what the check saw, or what the import made: else the import is checked
again, or not undone. One import of a brand and kind is applied or undone at a time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.alone import alone
from complaints.handed_in.transitions import held
from spots.network.imports.kinds.adapter import Adapter, Body
from spots.network.imports.models import (
    EFFECTIVE,
    Change,
    Import,
    Kind,
    StagedRow,
    State,
)
from spots.network.imports.transitions.writing import WRITERS

CHUNK = 1000
_LOCK = 0x6E65_7469  # "neti": of imports, apart from other advisory locks


class _ChangedError(Exception):
    """What is there is not what was expected; names such a thing by its key."""


@transaction.atomic
def apply(row: Import, adapter: Adapter, *, now: datetime) -> bool:
    """
    Make the network as the import has it. False: another is at it, or it was stopped.

    Where something was changed since the check, nothing is applied, and it is checked again.
    """
    if not _locked(row):
        return False
    try:
        with transaction.atomic():
            for chunk in _chunks(row):
                _check(adapter, chunk, {one.key: one.before for one in chunk})
                _write(row, chunk)
    except _ChangedError as changed:
        note = _("“%(key)s” was changed meanwhile: the file is checked again.")
        _book(row, State.UPLOADED, note=note % {"key": changed}, attempts=0)
        return False
    if not _book(row, State.APPLIED, applied_at=now):
        raise RuntimeError("The claim ran out while the import was applied.")
    row.pieces.all().delete()
    return True


@transaction.atomic
def undo(row: Import, adapter: Adapter, *, now: datetime) -> bool:
    """
    Make the network as it was before the import. False: another is at it, or it was not done.

    Where something was changed since, nothing is undone, and the import says what.
    """
    if not _locked(row):
        return False
    try:
        with transaction.atomic():
            for chunk in _chunks(row):
                _check(adapter, chunk, {one.key: one.after for one in chunk})
                _check_leaning(adapter, chunk)
                _unwrite(row, chunk)
    except _ChangedError as changed:
        _book(row, State.APPLIED, note=_blame(row, str(changed)))
        return False
    if not _book(row, State.UNDONE, ended_at=now):
        raise RuntimeError("The claim ran out while the import was undone.")
    return True


def _locked(row: Import) -> bool:
    """Take the lock of the brand and kind until the commit, unless another has it."""
    number = row.brand_id * len(Kind.values) + Kind.values.index(row.kind)
    return alone(_LOCK, number) and held(row).select_for_update().exists()


def _book(row: Import, state: State, **values: object) -> bool:
    values = {"claimed_until": None, "attempts": 0, "note": "", **values}
    return bool(held(row).update(state=state, **values))


def _chunks(row: Import) -> Iterator[list[StagedRow]]:
    rows = row.staged.filter(change__in=EFFECTIVE).order_by("key").iterator(CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _check(adapter: Adapter, chunk: Sequence[StagedRow], expected: dict[str, Body | None]) -> None:
    """:raises _ChangedError: what is there is not what is expected"""
    there = adapter.known([one.key for one in chunk], for_update=True)
    for key, body in expected.items():
        if there.get(key) != body:
            raise _ChangedError(key)


def _check_leaning(adapter: Adapter, chunk: Sequence[StagedRow]) -> None:
    added = [one.key for one in chunk if one.change == Change.NEW]
    if added and (name := adapter.leaning_on(added)):
        raise _ChangedError(name)


def _write(row: Import, chunk: Sequence[StagedRow]) -> None:
    writer = WRITERS[row.kind]
    gone = [one for one in chunk if one.change == Change.REMOVED]
    become = {one.key: one.after for one in chunk if one.after is not None}
    writer.write(row.brand_id, become, {})
    lost = writer.remove(row.brand_id, [one.key for one in gone])
    for one in gone:
        one.lost = lost.get(one.key)
    StagedRow.objects.bulk_update([one for one in gone if one.lost], ["lost"], batch_size=CHUNK)


def _unwrite(row: Import, chunk: Sequence[StagedRow]) -> None:
    writer = WRITERS[row.kind]
    were = {one.key: one.before for one in chunk if one.before is not None}
    writer.write(row.brand_id, were, {one.key: one.lost for one in chunk if one.lost})
    writer.remove(row.brand_id, [one.key for one in chunk if one.change == Change.NEW])


def _blame(row: Import, key: str) -> str:
    """Say what was built on an import: a later one, or a change by hand."""
    later = Import.objects.filter(
        brand=row.brand_id,
        kind=row.kind,
        state=State.APPLIED,
        applied_at__gt=row.applied_at,
        staged__key=key,
        staged__change__in=EFFECTIVE,
    )
    newest = later.order_by("-applied_at").first()
    if newest is not None:
        named = {"key": key, "later": newest}
        return _("Not undone: import %(later)s changed “%(key)s” since. Undo that first.") % named
    return _("Not undone: “%(key)s” was changed since, or is needed elsewhere.") % {"key": key}
