"""The tables that belong to no single app, gathered from their topics."""

from heatmaps_project.accounts.calls.models import CallCount
from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.accounts.refusals.models import Refusal
from heatmaps_project.accounts.second_factor.models import SecondFactor
from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.channels.models import Inlet
from heatmaps_project.customers.retention.models import Ended, RetentionRule, RetentionRun
from heatmaps_project.desk.campaigns.models import Campaign, CampaignAnswer
from heatmaps_project.desk.danger.models import (
    Emergency,
    EmergencyContact,
    EmergencyStep,
    Verification,
)
from heatmaps_project.desk.knowledge.models import Article, Vote
from heatmaps_project.desk.models import Lookup, LookupOutcome
from heatmaps_project.desk.own.models import Code
from heatmaps_project.desk.phrases.models import Phrase
from heatmaps_project.desk.requests.models import RequestKind, ServiceRequest
from heatmaps_project.desk.reviews.models import Criterion, Review, Sample, Score
from heatmaps_project.operations.models import Heartbeat
from heatmaps_project.supervision.audit.reports.models import AuditReport
from heatmaps_project.supervision.boards.models import WallTargets
from heatmaps_project.supervision.digests.models import Digest, DigestRule
from heatmaps_project.supervision.launches.models import (
    Launch,
    LaunchCount,
    LaunchDay,
    LaunchItem,
)
from heatmaps_project.supervision.listening.models import ListeningDay
from heatmaps_project.supervision.market.models import MarketScore
from heatmaps_project.supervision.planning.models import (
    Proposal,
    ProposalLink,
    ProposalStep,
    RaisedEvent,
)
from heatmaps_project.supervision.rollups.models import HourlyFact, RolledDay, StaleDay
from heatmaps_project.supervision.sales.models import SalesFigure
from heatmaps_project.supervision.scorecards.models import Player
from heatmaps_project.supervision.staffing.models import HalfHour
from heatmaps_project.tmf.hub.models import LastTold
from heatmaps_project.tmf.models import ServiceProblem, TroubleTicket
from heatmaps_project.webhooks.models import Delivery, Position, Subscription

__all__ = (
    "ApiClient",
    "Article",
    "AuditReport",
    "CallCount",
    "Campaign",
    "CampaignAnswer",
    "Code",
    "Criterion",
    "Delivery",
    "Digest",
    "DigestRule",
    "Emergency",
    "EmergencyContact",
    "EmergencyStep",
    "Ended",
    "HalfHour",
    "Heartbeat",
    "HourlyFact",
    "Inlet",
    "LastTold",
    "Launch",
    "LaunchCount",
    "LaunchDay",
    "LaunchItem",
    "ListeningDay",
    "Look",
    "Lookup",
    "LookupOutcome",
    "MarketScore",
    "Phrase",
    "Player",
    "Position",
    "Proposal",
    "ProposalLink",
    "ProposalStep",
    "RaisedEvent",
    "Refusal",
    "RequestKind",
    "RetentionRule",
    "RetentionRun",
    "Review",
    "RolledDay",
    "SalesFigure",
    "Sample",
    "Score",
    "SecondFactor",
    "ServiceProblem",
    "ServiceRequest",
    "StaleDay",
    "Subscription",
    "TroubleTicket",
    "Unit",
    "User",
    "Verification",
    "Vote",
    "WallTargets",
)
