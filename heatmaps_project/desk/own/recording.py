"""Visits of customers' own pages, in the record of lookups: what serves itself is counted, too."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from heatmaps_project.desk.models import Asked, Lookup, Origin
from heatmaps_project.desk.own.telling_me import Own
from heatmaps_project.desk.transitions import record

_VISITS: Final = UUID("0d6a2b35-6f0f-4d8a-8d0c-6a7f0d6d2a11")


def note_visit(page: Own, *, token: str, asked: Asked, now: datetime) -> Lookup:
    """Append what a customer looked at by themselves; all by one link is one conversation."""
    answer = page.answer
    return record(
        by=None,
        client=None,
        agent="",
        origin=Origin.OWN,
        call=uuid5(_VISITS, token),
        asked=asked,
        subject_index=None,
        customer=page.customer,
        brand_id=page.customer.brand_id,
        region_id=answer.region_id,
        situation=answer.situation.kind.value if answer.place else "",
        case_id=answer.spot.id if answer.spot else None,
        took_ms=0,
        now=now,
    )
