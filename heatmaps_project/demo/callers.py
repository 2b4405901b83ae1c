"""What the demo's customers send: a complaint's body, always the same for the same customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from heatmaps_project.demo.houses import Houses
from heatmaps_project.demo.office import BRAND, TOPICS
from heatmaps_project.demo.streets import House, Street, TownPlan

CHANNELS = ("call", "call", "call", "account", "web_form", "email", "shop", "social")
SEGMENTS = ("mass",) * 14 + ("b2b",) * 4 + ("premium",) * 2 + ("vip",)
LTV = {"mass": 3000, "b2b": 9000, "premium": 12000, "vip": 30000}
TEXTS = {
    "no_signal": (
        "Дома совсем нет сети, не могу никому дозвониться.",
        "Телефон пишет «нет сети» с самого утра.",
        "Пропала связь, перезагрузка не помогает.",
        "Второй час нет сигнала во всём доме, у соседей то же самое.",
        "Не проходят ни звонки, ни СМС.",
    ),
    "slow_data": (
        "Интернет еле работает, страницы не открываются.",
        "Видео не грузится, хотя сеть есть.",
        "Скорость упала, работать из дома невозможно.",
        "Вечером интернет пропадает, днём тоже медленный.",
    ),
    "voice_quality": (
        "Собеседник меня не слышит, голос прерывается.",
        "Звонки обрываются через минуту разговора.",
        "Сильное эхо, ничего не разобрать.",
    ),
}


@dataclass(frozen=True)
class Neighbourhood:
    """Every house of the region, as columns and as an address each."""

    plans: tuple[TownPlan, ...]
    places: tuple[tuple[TownPlan, Street, House], ...]
    houses: Houses

    @classmethod
    def of(cls, plans: tuple[TownPlan, ...]) -> "Neighbourhood":
        places = tuple(
            (plan, street, house)
            for plan in plans
            for street in plan.streets
            for house in street.houses
        )
        number = {id(plan): i for i, plan in enumerate(plans)}
        columns = Houses(
            lon=np.array([house.lon for _, _, house in places]),
            lat=np.array([house.lat for _, _, house in places]),
            subscribers=np.array([house.subscribers for _, _, house in places]),
            town=np.array([number[id(plan)] for plan, _, _ in places]),
        )
        return cls(plans, places, columns)

    def address_of(self, customer: int) -> str:
        plan, street, house = self.places[int(self.houses.of_customer[customer])]
        return f"г. {plan.town.name_ru}, {street.name}, д. {house.number}"


def caller(customer: int) -> dict[str, Any]:
    """Describe a customer as the CRM would."""
    segment = SEGMENTS[customer * 7 % len(SEGMENTS)]
    return {
        "id": f"{BRAND}-{customer}",
        "phone": f"+7900{customer:07d}",
        "email": f"customer{customer}@example.org" if customer % 4 == 0 else None,
        "segment": segment,
        "ltv": LTV[segment] + customer % 100 * 10,
        "churn_risk": customer % 11 / 20,
        "language": "en" if customer % 40 == 0 else "ru",
    }


def complaint(
    *, reference: str, customer: int, topic: int, occurred_at: datetime, **place: Any
) -> dict[str, Any]:
    """Return a complaint's body for the API; `place` is an address, or a point and precision."""
    code = TOPICS[topic][0]
    texts = TEXTS[code]
    return {
        "external_id": reference,
        "brand": BRAND,
        "topic": code,
        "channel": CHANNELS[customer % len(CHANNELS)],
        "text": texts[(customer + len(reference)) % len(texts)],
        "occurred_at": occurred_at.isoformat(),
        "customer": caller(customer),
        **place,
    }
