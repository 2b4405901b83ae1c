"""Noting, for other systems, that outages, works and plans became more or less urgent."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from complaints.alone import alone
from heatmaps_project.supervision.planning.models import RaisedEvent
from heatmaps_project.supervision.planning.raising import with_band
from spots.network.models import NetworkEvent

LOCK = 1718579071  # of the one who notes
_AT_ONCE = 1000


@transaction.atomic
def note_raised(*, now: datetime) -> int:
    """
    Append how urgent each thing is whose priority is another than was noted last; return how many.

    What is over is noted no more. Run twice, or by two at once, it notes once.
    """
    if not alone(LOCK):
        return 0
    last = RaisedEvent.objects.filter(event=OuterRef("pk")).order_by("-pk").values("band")[:1]
    rows = NetworkEvent.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    known = with_band(rows).annotate(was=Subquery(last))
    # nothing is equal to NULL, nor different from it
    known = known.annotate(now_or_none=Coalesce("band", 0), was_or_none=Coalesce("was", 0))
    changed = known.exclude(now_or_none=F("was_or_none"))
    noted = [
        RaisedEvent(event_id=pk, band=band, was=was, at=now)
        for pk, band, was in changed.order_by("pk").values_list("pk", "band", "was")[:_AT_ONCE]
    ]
    return len(RaisedEvent.objects.bulk_create(noted))
