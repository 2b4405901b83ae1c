"""Cases with promises that were really worked on, by the transitions that staff use."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints.customers.walls import NO_WALLS
from heatmaps_project.supervision.audit.scope import AuditScope
from spots.models import Policy, WorkingTime
from spots.sla import transitions as sla
from spots.sla.models import Target
from tests.factories import NOW, make_policy, make_spot, make_working_time

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("Europe/Moscow")


def around_the_clock() -> WorkingTime:
    return make_working_time("always", week={str(day): [["00:00", "24:00"]] for day in range(7)})


def policy(**fields: Any) -> Policy:
    """Reaction within an hour, cause and term within two, a fix within four; day and night."""
    found = Policy.objects.filter(name="always").first()
    return found or make_policy(
        name="always",
        **{
            "working_time": around_the_clock(),
            "reaction_minutes": 60,
            "eta_minutes": 120,
            "fix_minutes": 240,
            **fields,
        },
    )


def promised(opened, *, fixed=None, **fields):
    """A spot opened at a moment, with its promises; fixed and all kept at another, if so."""
    policy()
    spot = make_spot(**{"opened_at": opened, "state": "accepted", **fields})
    sla.start(
        case_id=spot.pk,
        brand_id=spot.brand_id,
        region_id=spot.region_id,
        topic_id=spot.topic_id,
        band=spot.band,
        now=opened,
    )
    if fixed is not None:
        for target in (Target.REACTION, Target.ETA, Target.FIX):
            sla.satisfy(case_id=spot.pk, target=target, by=None, now=fixed)
    return spot


def scope(**fields):
    """The month up to NOW."""
    day = NOW.astimezone(ZONE).date()
    row = {
        "walls": NO_WALLS,
        "as_of": NOW,
        "zone": ZONE,
        "first": day - timedelta(days=30),
        "last": day,
        **fields,
    }
    return AuditScope(**row)
