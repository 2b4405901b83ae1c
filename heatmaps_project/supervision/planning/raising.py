"""How urgent outages, works and building plans are: as what they are tied to (000-11)."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Least

from heatmaps_project.supervision.planning.models import ProposalLink
from spots.cases.states import WORKING
from spots.cases.ties.models import Tie


def with_band(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add `band`, P1 … P4, to network events: of the most urgent place or spot they hang on."""
    places = ProposalLink.objects.filter(event=OuterRef("pk")).order_by("band").values("band")
    ties = Tie.objects.current().filter(event=OuterRef("pk"), case__state__in=WORKING)
    spots = ties.order_by("case__band").values("case__band")
    banded: QuerySet[Any] = rows.annotate(band=Least(Subquery(places[:1]), Subquery(spots[:1])))
    return banded
