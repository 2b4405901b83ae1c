"""The tables of spots, gathered from their topics."""

from spots.cases.catalogue import Cause, PriorityWeights, RoutingRule, Team
from spots.cases.models import Case, Event, Membership, Spot
from spots.detection.models import Arrival, Sighting, Watch
from spots.maps.models import BaseFeature
from spots.network.models import Coverage, NetworkEvent, Site
from spots.sla.models import Clock, LedgerEntry, Policy, WorkingTime

__all__ = (
    "Arrival",
    "BaseFeature",
    "Case",
    "Cause",
    "Clock",
    "Coverage",
    "Event",
    "LedgerEntry",
    "Membership",
    "NetworkEvent",
    "Policy",
    "PriorityWeights",
    "RoutingRule",
    "Sighting",
    "Site",
    "Spot",
    "Team",
    "Watch",
    "WorkingTime",
)
