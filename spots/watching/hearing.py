"""Answers to surveys of network quality, read for engines whose rule gives them a weight."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Count, Max

from spots.detection.answers import Answers, answers
from spots.detection.engine import Engine
from spots.network.models import Measurement, MeasurementQuerySet
from spots.watching.reading import Place, X, Y, epoch, hours

MOST = 50_000  # of a region: of more, the newest


@dataclass
class Ears:
    """What an engine was last told, so that it is told again only when something has changed."""

    heard: tuple[datetime, int, datetime | None] | None = None

    def listen(self, engine: Engine, place: Place, *, until: datetime) -> None:
        """Have an engine know the answers that its scores up to a moment can rest on."""
        if not engine.rule.survey_weight:
            return
        since = _since(engine, until)
        rows = Measurement.objects.filter(
            brand=place.brand_id, kind=Measurement.Kind.SURVEY, at__gte=since
        )
        told = rows.aggregate(many=Count("pk"), newest=Max("known_at"))
        if (now := (since, told["many"], told["newest"])) != self.heard:
            engine.hear(_read(rows, place))
            self.heard = now


def _since(engine: Engine, until: datetime) -> datetime:
    """Midnight, so that it moves once a day."""
    earliest = until - timedelta(hours=engine.rule.survey_memory_h)
    return earliest.replace(hour=0, minute=0, second=0, microsecond=0)


def _read(rows: MeasurementQuerySet, place: Place) -> Answers:
    there = rows.filter(point__coveredby=place.region.outline).order_by("-at", "pk")
    columns = there.annotate(x=X, y=Y, given=epoch("at"), known=epoch("known_at"))
    table = np.array(
        columns.values_list("given", "known", "x", "y", "failed")[:MOST], dtype=np.float64
    ).reshape(-1, 5)
    given, known, x, y, failed = table.T
    return answers(
        at_h=hours(given),
        known_h=hours(known),
        point=place.projection.metres(x, y),
        poor=failed > 0,
    )
