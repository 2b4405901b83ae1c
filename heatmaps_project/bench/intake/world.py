"""What a bench of the API needs: a brand, a region, a topic, a client, and complaints to send."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib.gis.geos import MultiPolygon, Polygon
from oauth2_provider.models import AccessToken, set_token_value

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.accounts.transitions import give_account
from heatmaps_project.api_settings import API_SCOPES

TOKEN: Final = "token-of-the-bench"


def make_world() -> str:
    """Make them, and return the Authorization header of the client."""
    brand = Brand.objects.get_or_create(code="bench", defaults={"name": "Bench"})[0]
    names = {"name_ru": "bench", "name_en": "bench"}
    outline = MultiPolygon(Polygon.from_bbox((37, 55, 38, 56)), srid=4326)
    region = Region.objects.get_or_create(code="bench", defaults={**names, "outline": outline})[0]
    Topic.objects.get_or_create(code="no_signal", defaults={**names, "severity": 4})
    client, is_new = ApiClient.objects.get_or_create(
        source="bench",
        defaults={
            "name": "bench",
            "client_type": ApiClient.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": ApiClient.GRANT_CLIENT_CREDENTIALS,
            "scopes": " ".join(API_SCOPES),
        },
    )
    client.brands.set([brand])
    client.regions.set([region])
    give_account(client_id=client.pk)
    if is_new:
        expires = datetime.now(UTC) + timedelta(days=1)
        token = AccessToken(application=client, scope=client.scopes, expires=expires)
        set_token_value(token, TOKEN)
        token.save()
    return f"Bearer {TOKEN}"


def bodies(prefix: str, count: int, *, first: int = 0) -> Iterator[dict[str, Any]]:
    """Yield complaints as a CRM sends them, each of a customer of its own."""
    at = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    for number in range(first, first + count):
        yield {
            "external_id": f"{prefix}-{number}",
            "brand": "bench",
            "customer": {
                "id": f"{prefix}-{number}",
                "phone": f"+7916{number:07d}",
                "segment": "mass",
                "language": "ru",
            },
            "topic": "no_signal",
            "channel": "call",
            "text": "Нет связи дома с утра, в комнате и на кухне",
            "point": {"lon": 37.3 + number % 1000 / 2500, "lat": 55.3 + number % 997 / 2500},
            "occurred_at": at,
        }
