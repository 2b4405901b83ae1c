"""What senders send, for the tests of intake."""

from datetime import timedelta
from typing import Any

from complaints.intake.sent import SentComplaint
from tests.factories import NOW, make_brand, make_region, make_topic


def body(**fields: Any) -> dict[str, Any]:
    """A complaint as the CRM sends it, with everything told. A field of ... is left out."""
    whole = {
        "external_id": "SR-1",
        "brand": "demo",
        "customer": {
            "id": "c-17",
            "phone": "+79161234512",
            "email": "ana@example.org",
            "segment": "mass",
            "ltv": 1200.5,
            "churn_risk": 0.25,
            "balance": -120.5,
            "debt": 300,
            "language": "ru",
        },
        "topic": "no_signal",
        "channel": "call",
        "text": "Нет связи дома\nуже час",
        "address": "г. Москва, ул. Полевая, д. 5",
        "point": {"lon": 37.6, "lat": 55.75},
        "precision": "house",
        "occurred_at": (NOW - timedelta(minutes=5)).isoformat(),
        **fields,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def sent(**fields: Any) -> SentComplaint:
    return SentComplaint.model_validate(body(**fields))


def make_places() -> None:
    """The brand, topic and region that `body` speaks of."""
    make_brand()
    make_topic()
    make_region()
