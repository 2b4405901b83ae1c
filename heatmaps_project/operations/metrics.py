"""
What Prometheus scrapes: what is left to do, how old it is, and whether the parts answer.

Every figure is asked from the database when it is scraped, by an index over what is waiting
alone: it is the same whichever process answers, and counting costs what is waiting, not what
was ever done.
"""

from collections.abc import Iterable
from datetime import datetime
from math import inf
from typing import Any

from django.db.models import Count, Min, QuerySet
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from complaints.intake.flooding import flooders
from complaints.intake.models import Complaint, Placing
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State as MessageState
from heatmaps_project.accounts.refusals.transitions import lately
from heatmaps_project.accounts.transitions import harvesters
from heatmaps_project.customers.retention.models import RetentionRun
from heatmaps_project.desk.own.transitions import texts_used
from heatmaps_project.operations import health
from spots.cases.models import Case
from spots.cases.states import WATCHED, WORKING
from spots.escalation.letters import Letter
from spots.sla.models import Clock
from spots.watching.models import Watch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def page(*, now: datetime) -> bytes:
    """Return all figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Facts(now))
    return generate_latest(registry)


class _Facts(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[GaugeMetricFamily]:
        checks = health.checks(now=self.now)
        yield _gauge(
            "heatmaps_part_up",
            "1 where a part that Heatmaps stands on answers",
            "part",
            {check.name: float(check.ok) for check in checks},
        )
        if not next(check.ok for check in checks if check.name == "database"):
            return
        yield _gauge(
            "heatmaps_heartbeat_age_seconds",
            "since a task last came through a queue",
            "queue",
            {
                check.name.removeprefix("queue "): check.age.total_seconds()
                for check in checks
                if check.age is not None
            },
        )
        yield from self._backlogs()
        yield _gauge(
            "heatmaps_accounts_at_their_quota",
            "accounts that saw within an hour as much as one may",
            "of",
            {"reveals": float(harvesters(now=self.now))},
        )
        yield _gauge(
            "heatmaps_cap_used",
            "of what may be used within a day for all together, from 0 to 1",
            "what",
            {"own_page_texts": texts_used(now=self.now)},
        )
        refused = lately(now=self.now)
        yield _gauge(
            "heatmaps_caught_up_seconds",
            "since nothing that was due was left; infinite where it never was so",
            "what",
            {"personal_data": self._since_caught_up()},
        )
        yield _gauge(
            "heatmaps_refused",
            "what was refused to whoever is known, in this hour and the last",
            "to",
            {to: float(told.times) for to, told in refused.items()},
        )
        yield _gauge(
            "heatmaps_asked_behind_walls",
            "rows of other brands or regions that one of them asked for, in this hour and the last",
            "by",
            {by: float(told.behind_walls) for by, told in refused.items()},
        )
        yield _gauge(
            "heatmaps_flooding_numbers",
            "customers who complain so often that it is hardly about the network",
            "within",
            {"day": float(len(flooders(now=self.now)))},
        )
        yield _gauge(
            "heatmaps_cases",
            "spots and single cases that have not ended",
            "state",
            dict(
                Case.objects.filter(state__in=[*WORKING, *WATCHED])
                .order_by()
                .values_list("state")
                .annotate(n=Count("pk"))
            ),
        )

    def _backlogs(self) -> Iterable[GaugeMetricFamily]:
        found = {
            name: rows.order_by().aggregate(n=Count("pk"), first=Min(since))
            for name, (rows, since) in _waiting(self.now).items()
        }
        yield _gauge(
            "heatmaps_backlog_rows",
            "what is left to do",
            "what",
            {name: found[name]["n"] for name in found},
        )
        yield _gauge(
            "heatmaps_backlog_oldest_seconds",
            "how long the oldest of it has been due",
            "what",
            {name: self._age(found[name]["first"]) for name in found},
        )

    def _since_caught_up(self) -> float:
        at = RetentionRun.objects.values_list("caught_up_at", flat=True).first()
        return max((self.now - at).total_seconds(), 0.0) if at else inf

    def _age(self, since: datetime | None) -> float:
        return max((self.now - since).total_seconds(), 0.0) if since else 0.0


def _waiting(now: datetime) -> dict[str, tuple[QuerySet[Any], str]]:
    """What is left to do, by name: its rows, and since when each is due."""
    return {
        "complaints_to_place": (
            Complaint.objects.filter(placing=Placing.WAITING),
            "received_at",
        ),
        "watches_to_look_at": (Watch.objects.in_force().filter(looked_at__lt=now), "looked_at"),
        "messages_to_send": (Message.objects.due(now), "due_at"),
        "messages_uncertain": (Message.objects.filter(state=MessageState.UNCERTAIN), "due_at"),
        "letters_to_send": (
            Letter.objects.due(now),
            "due_at",
        ),
        "promises_overdue": (
            Clock.objects.running().filter(due_at__lt=now),
            "due_at",
        ),
    }


def _gauge(name: str, about: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
