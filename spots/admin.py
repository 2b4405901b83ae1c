"""The admin of spots, gathered from its topics."""

from django.contrib import admin

from complaints.intake.models import Complaint
from spots.cases import admin as cases
from spots.cases.admin_events import EventAdmin
from spots.cases.admin_fixchecks import FixCheckAdmin
from spots.cases.catalogue import Cause
from spots.cases.complexity.page import complexity
from spots.cases.fixchecks import FixCheck
from spots.cases.late.admin import LateReasonAdmin
from spots.cases.late.models import LateReason
from spots.cases.models import Event, Spot
from spots.cases.page import panels as parts
from spots.cases.priority.admin import PriorityWeightsAdmin
from spots.cases.priority.admin_places import ImportantPlaceAdmin
from spots.cases.priority.models import ImportantPlace, PriorityWeights
from spots.cases.routing.panel import routing
from spots.cases.singles import admin as singles
from spots.cases.singles import panels as of_singles
from spots.cases.singles.admin_settings import ComplaintAdmin, SingleRuleAdmin
from spots.cases.singles.models import SingleCase, SingleRule
from spots.causes.admin import CauseAdmin, SuggestionOutcomeAdmin
from spots.causes.models import SuggestionOutcome
from spots.causes.panels import suggested
from spots.escalation.admin import FiringAdmin, LadderAdmin
from spots.escalation.firings import Firing, Notice
from spots.escalation.inbox import NoticeAdmin
from spots.escalation.models import Ladder
from spots.escalation.on_timeline import escalations
from spots.network.admin import CoverageAdmin, NetworkEventAdmin, SiteAdmin
from spots.network.imports.admin import ImportAdmin
from spots.network.imports.models import Import
from spots.network.models import Coverage, NetworkEvent, Site
from spots.routing.admin import AbsenceAdmin, DutyAdmin, TeamAdmin
from spots.routing.certificates.admin import CertificateAdmin, CertifiedBrandAdmin
from spots.routing.certificates.models import Certificate, CertifiedBrand
from spots.routing.models import Absence, Duty, RoutingRule, Team
from spots.sla.admin import ClockAdmin, LedgerAdmin, RecomputationAdmin
from spots.sla.calendars.admin import WorkingTimeAdmin
from spots.sla.models import Clock, LedgerEntry, Policy, WorkingTime
from spots.sla.recomputations import Recomputation
from spots.trials.admin import TrialAdmin
from spots.trials.admin_policies import PolicyAdmin
from spots.trials.admin_routing import RoutingRuleAdmin
from spots.trials.admin_rules import DetectionRuleAdmin
from spots.trials.models import Trial
from spots.watching.admin_baselines import LearntBaselineAdmin
from spots.watching.admin_learnt import AttractorAdmin
from spots.watching.models import Attractor, LearntBaseline
from spots.watching.panels import by_time, expected_here, why
from spots.watching.rules import DetectionRule

__all__ = ("SingleCaseAdmin", "SpotAdmin")  # the roof makes its own of them


class SpotAdmin(cases.SpotAdmin):
    """The queue and the spot page, with what detection counts there, and its likely cause."""

    panels: tuple[parts.Panel, ...] = (parts.where, by_time, parts.voices, parts.network)
    side_panels = (suggested, parts.promises, expected_here, why, routing, complexity)

    sources = (*cases.SpotAdmin.sources, escalations)

    class Media:
        css = {"all": ("spots/causes/suggested.css", "spots/case/by_time.css")}


class SingleCaseAdmin(singles.SingleCaseAdmin):
    """The queue and the page of single cases, with the likely cause."""

    side_panels = (
        of_singles.answer,
        of_singles.regroup,
        suggested,
        parts.promises,
        parts.why,
        routing,
        complexity,
    )

    sources = (*singles.SingleCaseAdmin.sources, escalations)

    class Media:
        css = {"all": ("spots/causes/suggested.css",)}


admin.site.unregister(Complaint)
admin.site.register(Complaint, ComplaintAdmin)
admin.site.register(Spot, SpotAdmin)
admin.site.register(SingleCase, SingleCaseAdmin)
admin.site.register(SingleRule, SingleRuleAdmin)
admin.site.register(Team, TeamAdmin)
admin.site.register(Duty, DutyAdmin)
admin.site.register(Absence, AbsenceAdmin)
admin.site.register(Certificate, CertificateAdmin)
admin.site.register(CertifiedBrand, CertifiedBrandAdmin)
admin.site.register(Cause, CauseAdmin)
admin.site.register(SuggestionOutcome, SuggestionOutcomeAdmin)
admin.site.register(RoutingRule, RoutingRuleAdmin)
admin.site.register(PriorityWeights, PriorityWeightsAdmin)
admin.site.register(FixCheck, FixCheckAdmin)
admin.site.register(LateReason, LateReasonAdmin)
admin.site.register(ImportantPlace, ImportantPlaceAdmin)
admin.site.register(Event, EventAdmin)
admin.site.register(WorkingTime, WorkingTimeAdmin)
admin.site.register(Policy, PolicyAdmin)
admin.site.register(Clock, ClockAdmin)
admin.site.register(LedgerEntry, LedgerAdmin)
admin.site.register(Recomputation, RecomputationAdmin)
admin.site.register(Ladder, LadderAdmin)
admin.site.register(Firing, FiringAdmin)
admin.site.register(Notice, NoticeAdmin)
admin.site.register(Site, SiteAdmin)
admin.site.register(Coverage, CoverageAdmin)
admin.site.register(NetworkEvent, NetworkEventAdmin)
admin.site.register(Import, ImportAdmin)
admin.site.register(Attractor, AttractorAdmin)
admin.site.register(LearntBaseline, LearntBaselineAdmin)
admin.site.register(DetectionRule, DetectionRuleAdmin)
admin.site.register(Trial, TrialAdmin)
