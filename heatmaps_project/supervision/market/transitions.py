"""Every write of other operators' scores: told again, a quarter is as it was told last."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from complaints.customers.models import Brand
from heatmaps_project.supervision.market.market_lines import Told
from heatmaps_project.supervision.market.models import MarketScore


@transaction.atomic
def take_scores(told: Mapping[tuple[date, str], Told], *, brand: Brand, study: str) -> int:
    """Keep what a study says beside a brand, all of it; return how many scores that are."""
    rows = [
        MarketScore(
            brand=brand,
            quarter=quarter,
            operator=operator,
            nps=one.nps,
            answered=one.answered,
            low=one.low,
            high=one.high,
            study=study,
        )
        for (quarter, operator), one in sorted(told.items(), key=lambda told: told[0])
    ]
    MarketScore.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["brand", "quarter", "operator"],
        update_fields=["nps", "answered", "low", "high", "study"],
    )
    return len(rows)
