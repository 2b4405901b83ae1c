"""
The admin of the roof: staff and machines, and what one app's page shows of an app above it.

No app knows the one above, so the spot's page gets its panels of feedback here, and what its
timeline tells of it. What they are: spots/cases/page/panels.py and story.py.
"""

from collections.abc import Sequence

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from feedback import on_spot, on_timeline
from feedback.admin import InvitationAdmin
from feedback.models import Invitation
from heatmaps_project.accounts.admin import LookAdmin, UserAdmin
from heatmaps_project.accounts.admin_clients import ApiClientAdmin
from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.accounts.transitions import QuotaUsedUpError, look
from heatmaps_project.accounts.units.admin import UnitAdmin
from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.channels.admin import InletAdmin
from heatmaps_project.channels.models import Inlet
from heatmaps_project.customers.retention.admin import RetentionRuleAdmin
from heatmaps_project.customers.retention.models import RetentionRule
from heatmaps_project.desk.admin import LookupAdmin
from heatmaps_project.desk.campaigns.admin import CampaignAdmin
from heatmaps_project.desk.campaigns.models import Campaign
from heatmaps_project.desk.danger.admin import EmergencyContactAdmin
from heatmaps_project.desk.danger.models import EmergencyContact
from heatmaps_project.desk.knowledge.admin import ArticleAdmin
from heatmaps_project.desk.knowledge.models import Article
from heatmaps_project.desk.may import agent_of
from heatmaps_project.desk.models import Lookup
from heatmaps_project.desk.phrases.admin import PhraseAdmin
from heatmaps_project.desk.phrases.models import Phrase
from heatmaps_project.desk.requests.admin import RequestKindAdmin, ServiceRequestAdmin
from heatmaps_project.desk.requests.models import RequestKind, ServiceRequest
from heatmaps_project.desk.reviews.admin import CriterionAdmin
from heatmaps_project.desk.reviews.models import Criterion
from heatmaps_project.supervision.boards.admin import WallTargetsAdmin
from heatmaps_project.supervision.boards.models import WallTargets
from heatmaps_project.supervision.digests.admin import DigestAdmin, DigestRuleAdmin
from heatmaps_project.supervision.digests.models import Digest, DigestRule
from heatmaps_project.supervision.launches.admin import LaunchAdmin
from heatmaps_project.supervision.launches.models import Launch
from heatmaps_project.supervision.planning.admin import ProposalAdmin
from heatmaps_project.supervision.planning.admin_events import RaisedEventAdmin
from heatmaps_project.supervision.planning.models import Proposal
from heatmaps_project.webhooks.admin import DeliveryAdmin, SubscriptionAdmin
from heatmaps_project.webhooks.ladders import CallingLadderAdmin
from heatmaps_project.webhooks.models import Delivery, Subscription
from spots.admin import SingleCaseAdmin, SpotAdmin
from spots.cases.models import Spot
from spots.cases.singles.models import SingleCase
from spots.escalation.models import Ladder
from spots.network.models import NetworkEvent


class SpotDesk(SpotAdmin):
    """The queue and the spot page, with whom we told and what they answered."""

    panels = (*SpotAdmin.panels, on_spot.told, on_spot.answered)
    sources = (*SpotAdmin.sources, on_timeline.messages, on_timeline.answers)


class SingleCaseDesk(SingleCaseAdmin):
    """The same of single cases."""

    panels = (*SingleCaseAdmin.panels, on_spot.told, on_spot.answered)
    sources = (*SingleCaseAdmin.sources, on_timeline.messages, on_timeline.answers)


class InvitationDesk(InvitationAdmin):
    """Invitations; whoever asks by a phone why somebody was asked or not has looked at them."""

    def look_refused(self, request: HttpRequest, customers: Sequence[int]) -> str:
        """Record the look, unless it is one too many."""
        why = {"field": "survey", "reason": _("Why was a customer not asked?")}
        try:
            look(by=agent_of(request), customer_ids=customers, now=timezone.now(), **why)
        except QuotaUsedUpError as refusal:
            return str(refusal)
        return ""


for table, desk in (
    (Spot, SpotDesk),
    (SingleCase, SingleCaseDesk),
    (Invitation, InvitationDesk),
):
    admin.site.unregister(table)
    admin.site.register(table, desk)

admin.site.unregister(Ladder)
admin.site.register(Ladder, CallingLadderAdmin)

admin.site.unregister(NetworkEvent)
admin.site.register(NetworkEvent, RaisedEventAdmin)

# The OAuth library shows tokens and grants as they are, and clients in a form of its own.
for model in (AccessToken, Grant, IDToken, RefreshToken, ApiClient):
    admin.site.unregister(model)

admin.site.register(User, UserAdmin)
admin.site.register(ApiClient, ApiClientAdmin)
admin.site.register(Look, LookAdmin)
admin.site.register(Subscription, SubscriptionAdmin)
admin.site.register(Campaign, CampaignAdmin)
admin.site.register(RequestKind, RequestKindAdmin)
admin.site.register(ServiceRequest, ServiceRequestAdmin)
admin.site.register(Delivery, DeliveryAdmin)
admin.site.register(Inlet, InletAdmin)
admin.site.register(Lookup, LookupAdmin)
admin.site.register(Article, ArticleAdmin)
admin.site.register(Phrase, PhraseAdmin)
admin.site.register(EmergencyContact, EmergencyContactAdmin)
admin.site.register(Launch, LaunchAdmin)
admin.site.register(Criterion, CriterionAdmin)
admin.site.register(Proposal, ProposalAdmin)
admin.site.register(Unit, UnitAdmin)
admin.site.register(Digest, DigestAdmin)
admin.site.register(DigestRule, DigestRuleAdmin)
admin.site.register(WallTargets, WallTargetsAdmin)
admin.site.register(RetentionRule, RetentionRuleAdmin)
