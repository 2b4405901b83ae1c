"""What other systems have to do: gifts to book, services to deliver, works to hasten."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet

from feedback.models import Given
from heatmaps_project.desk.campaigns.models import CampaignAnswer
from heatmaps_project.desk.requests.models import ServiceRequest
from heatmaps_project.supervision.planning.models import RaisedEvent
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


def _of_raised(row: RaisedEvent) -> Iterator[Fact]:
    if row.band is None or (row.was is not None and row.was <= row.band):
        return  # it is less urgent than it was
    event = row.event
    data = {
        "id": event.pk,
        "brand": event.brand.code,
        "kind": event.kind,
        "external_id": event.external_id,
        "priority": row.band,
        "was": row.was,
    }
    subject, walls = f"network-event:{event.pk}", (event.brand_id, None)
    yield Fact(EventType.WORKS_RAISED, f"raised:{row.pk}", subject, *walls, row.at, data)


def _raised() -> QuerySet[Any]:
    return RaisedEvent.objects.select_related("event__brand").defer("event__area")


TO_DO: Final = (
    Source("gifts", _gifts, "pk", _of_gifts, frozenset({EventType.GIFT_GIVEN})),
    Source("requests", _requests, "pk", _of_requests, frozenset({EventType.REQUEST_MADE})),
    Source("campaigns", _campaigns, "pk", _of_campaigns, frozenset({EventType.CAMPAIGN_ANSWERED})),
    Source("raised", _raised, "pk", _of_raised, frozenset({EventType.WORKS_RAISED})),
)
