"""The demo's contact centre: callers looked up as they ring, each through the page's own doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from complaints.customers.models import Brand
from complaints.intake.models import Channel, Complaint
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import Role
from heatmaps_project.demo.behaviour import activity
from heatmaps_project.desk import transitions
from heatmaps_project.desk.acting import NotDoneError, Said, act
from heatmaps_project.desk.asking import Asker, Result, look_up
from heatmaps_project.desk.models import Lookup, Origin, Outcome
from heatmaps_project.desk.questions import Asked, Question
from heatmaps_project.supervision.staffing.half_lines import HalfLine
from heatmaps_project.supervision.staffing.transitions import HALF, take_halves

BUSY: Final = 30.0  # calls in the busiest half-hours that the telephone system counted
_HANDLE_S: Final = 240.0
_WEEKS: Final = 10  # of half-hours
_SEED: Final = 41


@dataclass(frozen=True)
class Desk:
    """Who answers: agents, in turn."""

    agents: Sequence[User]

    @classmethod
    def of_demo(cls) -> "Desk":
        return cls(list(User.objects.filter(role=Role.AGENT, is_active=True).order_by("pk")))

    def answer(self, before: datetime, at: datetime, *, most: int) -> int:
        """Serve the last of those who complained by phone between two moments; return how many."""
        rang = Complaint.objects.in_effect().filter(
            channel=Channel.CALL, received_at__gt=before, received_at__lte=at
        )
        rows = rang.exclude(customer=None).select_related("customer", "topic", "brand")
        callers = list(rows.order_by("-received_at", "-pk")[:most])
        for complaint in callers:
            self._serve(complaint)
        return len(callers)

    def _serve(self, complaint: Complaint) -> None:
        agent = self.agents[complaint.pk % len(self.agents)]
        asker = Asker(Origin.PAGE, agent.walls, user=agent)
        now = complaint.received_at + timedelta(seconds=20)
        assert complaint.customer is not None
        question = Question(Asked.CUSTOMER, complaint.customer.crm_id)
        try:
            found = look_up([question], asker=asker, now=now)
        except transitions.QuotaUsedUpError:
            return
        if found.lookup is not None and complaint.pk % 17:  # some hang up
            took = timedelta(seconds=60 + complaint.pk * 37 % 300)
            _conclude(found, found.lookup, complaint, asker=asker, now=now + took)


def _conclude(
    found: Result, lookup: Lookup, complaint: Complaint, *, asker: Asker, now: datetime
) -> None:
    spot = found.answer.spot if found.answer else None
    if spot is None and complaint.pk % 3:
        transitions.conclude(lookup_id=lookup.pk, outcome=Outcome.ANSWERED, now=now)
        return
    said = Said(brand=complaint.brand.code, topic=complaint.topic.code, channel=Channel.CALL)
    outcome = Outcome.ATTACHED if spot else Outcome.PASSED_ON
    try:
        act(
            lookup,
            outcome,
            said,
            spot_id=spot.id if spot else None,
            complaint_id=complaint.pk,
            asker=asker,
            now=now,
        )
    except NotDoneError:  # it is in the spot already, say: the sentence was enough
        transitions.conclude(lookup_id=lookup.pk, outcome=Outcome.ANSWERED, now=now)


def tell_halves(brand: Brand, *, now: datetime) -> int:
    """Take in what the telephone system counted of the last weeks, as its file says it."""
    rng = np.random.default_rng(_SEED)
    first = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(weeks=_WEEKS)
    begins = [first + n * HALF for n in range((now - first) // HALF)]
    # activity() counts hours from a Monday's midnight of the callers' clock, Moscow's.
    hours = np.array([at.weekday() * 24 + at.hour + at.minute / 60 + 3 for at in begins]) % 168
    busy = activity(hours)
    growth = np.linspace(0.9, 1.1, len(begins))
    calls = rng.poisson(BUSY * busy / busy.max() * growth)
    handles = rng.normal(_HANDLE_S, 25, len(begins)).clip(60)
    lines = [
        HalfLine(at, int(many), round(float(handle), 1))
        for at, many, handle in zip(begins, calls, handles, strict=True)
    ]
    return take_halves(brand=brand, lines=lines)
