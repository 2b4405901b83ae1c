"""What other systems have to do: gifts to book, services and offers to deliver."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet

from feedback.models import Given
from heatmaps_project.desk.campaigns.models import CampaignAnswer
from heatmaps_project.desk.requests.models import ServiceRequest
from heatmaps_project.webhooks.events import EventType
from heatmaps_project.webhooks.fact import Fact, Source


def _of_gifts(given: Given) -> Iterator[Fact]:
    region = given.region
    data = {
        "id": given.pk,
        "brand": given.brand.code,
        "region": region.code if region else None,
        "customer": given.customer_id,
        "gift": given.gift_id,
        "kind": given.gift.kind,
        "name": given.gift.name_ru,
        "cost": str(given.cost),
        "reason": given.reason,
        "occasion": given.touch.touch_point if given.touch else "",
    }
    subject, walls = f"customer:{given.customer_id}", (given.brand_id, given.region_id)
    yield Fact(EventType.GIFT_GIVEN, f"gift:{given.pk}", subject, *walls, given.at, data)


def _gifts() -> QuerySet[Any]:
    rows = Given.objects.select_related("brand", "region", "gift", "touch")
    return rows.defer("region__outline", "note")


def _of_requests(row: ServiceRequest) -> Iterator[Fact]:
    data = {
        "id": row.pk,
        "brand": row.brand.code,
        "kind": row.kind.code,
        "customer": row.customer_id,
    }
    subject, walls = f"customer:{row.customer_id}", (row.brand_id, None)
    yield Fact(EventType.REQUEST_MADE, f"request:{row.pk}", subject, *walls, row.at, data)


def _requests() -> QuerySet[Any]:
    return ServiceRequest.objects.select_related("brand", "kind").defer("words", "answer")


def _of_campaigns(row: CampaignAnswer) -> Iterator[Fact]:
    campaign = row.campaign
    data = {
        "id": row.pk,
        "brand": campaign.brand.code,
        "campaign": campaign.pk,
        "name": campaign.name_ru,
        "customer": row.customer_id,
        "answer": row.answer,
    }
    subject, walls = f"customer:{row.customer_id}", (campaign.brand_id, None)
    yield Fact(EventType.CAMPAIGN_ANSWERED, f"campaign:{row.pk}", subject, *walls, row.at, data)


def _campaigns() -> QuerySet[Any]:
    return CampaignAnswer.objects.select_related("campaign__brand")


TO_DO: Final = (
    Source("gifts", _gifts, "pk", _of_gifts),
    Source("requests", _requests, "pk", _of_requests),
    Source("campaigns", _campaigns, "pk", _of_campaigns),
)
