"""The tables of spots, gathered from their topics."""

from spots.cases.catalogue import Cause
from spots.cases.comments.models import Attachment, Mention
from spots.cases.complexity.models import ComplexMark
from spots.cases.fixchecks import FixCheck
from spots.cases.late.models import LateReason, LateReasonGiven
from spots.cases.models import Case, Event, Membership, Spot
from spots.cases.priority.models import BandChange, ImportantPlace, PriorityWeights
from spots.cases.queue.models import ChosenColumns, SavedView
from spots.cases.routing.models import Routing
from spots.cases.singles.models import SingleCase, SingleRule
from spots.cases.ties.models import Tie
from spots.causes.models import SuggestionOutcome
from spots.escalation.firings import Firing, Notice, OnLadder
from spots.escalation.letters import Letter
from spots.escalation.models import Ladder, Rung
from spots.maps.models import (
    BaseFeature,
    BaseSource,
    CoveragePiece,
    HeatCell,
    HeatDay,
    StaleHeat,
)
from spots.network.imports.models import Import, ImportPiece, StagedRow
from spots.network.models import Coverage, Measurement, NetworkEvent, Sector, Site
from spots.routing.certificates.models import Certificate, CertifiedBrand
from spots.routing.models import Absence, Duty, RoutingRule, Team
from spots.sla.models import Clock, LedgerEntry, Policy, WorkingTime
from spots.sla.recomputations import Recomputation
from spots.trials.models import Trial
from spots.watching.models import (
    Arrival,
    Attractor,
    Checkpoint,
    LearntBaseline,
    NearMiss,
    Sighting,
    Watch,
)
from spots.watching.rules import DetectionRule

__all__ = (
    "Absence",
    "Arrival",
    "Attachment",
    "Attractor",
    "BandChange",
    "BaseFeature",
    "BaseSource",
    "Case",
    "Cause",
    "Certificate",
    "CertifiedBrand",
    "Checkpoint",
    "ChosenColumns",
    "Clock",
    "ComplexMark",
    "Coverage",
    "CoveragePiece",
    "DetectionRule",
    "Duty",
    "Event",
    "Firing",
    "FixCheck",
    "HeatCell",
    "HeatDay",
    "Import",
    "ImportPiece",
    "ImportantPlace",
    "Ladder",
    "LateReason",
    "LateReasonGiven",
    "LearntBaseline",
    "LedgerEntry",
    "Letter",
    "Measurement",
    "Membership",
    "Mention",
    "NearMiss",
    "NetworkEvent",
    "Notice",
    "OnLadder",
    "Policy",
    "PriorityWeights",
    "Recomputation",
    "Routing",
    "RoutingRule",
    "Rung",
    "SavedView",
    "Sector",
    "Sighting",
    "SingleCase",
    "SingleRule",
    "Site",
    "Spot",
    "StagedRow",
    "StaleHeat",
    "SuggestionOutcome",
    "Team",
    "Tie",
    "Trial",
    "Watch",
    "WorkingTime",
)
