"""
The rows that a check finds: written a chunk at a time, only while the worker's claim stands, and
forgotten when they can no longer be needed.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast

from complaints.customers.models import OWN_IDS
from complaints.handed_in.transitions import LEASE, held
from spots.network.imports.kinds.subscribers import CUSTOMERS
from spots.network.imports.models import Import, ImportPiece, Kind, StagedRow, State
from spots.network.imports.transitions.life import KEPT

BATCH = 1000
MOST_FORGOTTEN = 200_000  # rows of one run


@transaction.atomic
def begin(row: Import, *, expected: int) -> bool:
    """Start a check from nothing, whatever a killed one left. False: it was stopped."""
    if not held(row).update(rows=0, expected=expected, counts={}):
        return False
    row.staged.all().delete()
    return True


@transaction.atomic
def stage(row: Import, staged: Sequence[StagedRow], *, rows: int) -> bool:
    """Store a chunk of rows, and how far the file was read. False: it was stopped."""
    if not held(row).update(rows=rows):
        return False
    StagedRow.objects.bulk_create(staged, batch_size=BATCH)
    return True


@transaction.atomic
def finish(row: Import, *, counts: Mapping[str, int], rows: int, now: datetime) -> bool:
    """The check is done: the import waits for a person. False: it was stopped."""
    values = {
        "state": State.CHECKED,
        "checked_at": now,
        "counts": dict(counts),
        "rows": rows,
        "claimed_until": None,
        "attempts": 0,
    }
    return bool(held(row).update(**values))


@transaction.atomic
def forget_customer(brand_id: int, crm_id: str) -> None:
    """
    Take a customer's id out of files of subscribers that can still be applied, undone or corrected.

    Of whichever house: by another file they may have moved since, or not moved in yet.
    """
    if crm_id.startswith(OWN_IDS):  # no file has an id that we made
        return
    word = rf"(^|[^\w-]){re.escape(crm_id)}([^\w-]|$)"
    of_houses = StagedRow.objects.filter(of__kind=Kind.SUBSCRIBERS, of__brand=brand_id)
    theirs = of_houses.annotate(words=Cast("told", TextField())).filter(
        Q(before__customers__contains=[crm_id])
        | Q(after__customers__contains=[crm_id])
        | Q(words__regex=word)
    )
    rows = list(theirs.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        for body in (row.before, row.after):
            if body and crm_id in body.get("customers", ()):
                body["customers"].remove(crm_id)
        row.told = row.told and [
            [name, re.sub(word, r"\1\2", value) if name in CUSTOMERS else value]
            for name, value in row.told
        ]
    StagedRow.objects.bulk_update(rows, ["before", "after", "told"], batch_size=BATCH)


@transaction.atomic
def forget_old(*, now: datetime, limit: int = MOST_FORGOTTEN) -> int:
    """
    Delete rows of the import that was applied longest ago, once it can no longer be undone.

    At most `limit` of them, and how many is returned. An import that is being undone keeps its
    rows; so does one that another run, or a person, is at. One that nobody has applied for as long
    is given up first.
    """
    cutoff = now - KEPT - LEASE  # who asked at the last moment gets their undo
    waiting = Import.objects.filter(state=State.CHECKED, made_at__lt=cutoff)
    if waiting.update(state=State.STOPPED, ended_at=now):
        ImportPiece.objects.filter(of__state=State.STOPPED).delete()
    old = Import.objects.filter(
        Q(state__in=(State.APPLIED, State.UNDONE), applied_at__lt=cutoff) | Q(state=State.STOPPED),
        Exists(StagedRow.objects.filter(of=OuterRef("pk"))),
    )
    oldest = old.order_by("applied_at", "pk").select_for_update(skip_locked=True).first()
    if oldest is None:
        return 0
    wanted = oldest.staged.order_by("pk").values("pk")[:limit]
    return StagedRow.objects.filter(pk__in=wanted).delete()[0]
