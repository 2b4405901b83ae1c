"""What stands in the side bar of every staff page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heatmaps_project.accounts.roles import Role

QUEUE = "admin:spots_spot_changelist"
# The page, by the name of its URL, that a day begins with; all others begin with the queue.
FIRST: dict[str, str] = {
    Role.AGENT: "lookup",
    Role.SUPERVISOR: "morning",
    Role.PLANNER: "admin:heatmaps_project_proposal_changelist",
}


@dataclass(frozen=True)
class Item:
    """One line of the side bar: a page, and the permission that its reader needs."""

    title: Promise
    icon: str  # of Material Symbols
    view: str  # name of the URL
    permission: str


def listed(title: Promise, icon: str, model: str) -> Item:
    """Return the line of a model's list, for whoever may see its rows."""
    app, _dot, name = model.partition(".")
    return Item(title, icon, f"admin:{app}_{name}_changelist", f"{app}.view_{name}")


SIDEBAR: tuple[tuple[Promise, tuple[Item, ...]], ...] = (
    (
        _("Work"),
        (
            listed(_("Spots"), "crisis_alert", "spots.spot"),
            listed(_("Single cases"), "person_alert", "spots.singlecase"),
            listed(_("Inbox"), "inbox", "spots.notice"),
            Item(_("Map"), "map", "map", "spots.view_spot"),
            Item(_("Lookup"), "support_agent", "lookup", "heatmaps_project.use_lookup"),
            Item(_("Danger to life"), "emergency", "emergencies", "heatmaps_project.use_lookup"),
            listed(_("Requests for service"), "room_service", "heatmaps_project.servicerequest"),
            Item(_("This morning"), "wb_twilight", "morning", "heatmaps_project.view_figures"),
            Item(_("Wall board"), "tv", "wall", "heatmaps_project.view_figures"),
            Item(_("Figures"), "monitoring", "figures", "heatmaps_project.view_figures"),
            Item(_("Manager"), "account_tree", "manager", "heatmaps_project.view_figures"),
            Item(_("Sales beside service"), "sell", "sales", "heatmaps_project.view_figures"),
            Item(_("NPS beside the market"), "balance", "market", "heatmaps_project.view_figures"),
            Item(_("Dealers and shops"), "storefront", "dealers", "heatmaps_project.view_figures"),
            Item(_("Quality of detection"), "radar", "quality", "heatmaps_project.view_figures"),
            Item(_("Load and agents"), "groups_2", "staffing", "heatmaps_project.view_figures"),
            Item(
                _("Channels and self-service"),
                "alt_route",
                "channels",
                "heatmaps_project.view_figures",
            ),
            Item(
                _("Complex requests"), "psychology", "complexity", "heatmaps_project.view_figures"
            ),
            Item(
                _("What customers speak of"),
                "trending_up",
                "topics",
                "heatmaps_project.view_figures",
            ),
            Item(
                _("Watch over launches"),
                "rocket_launch",
                "launches",
                "heatmaps_project.view_figures",
            ),
            Item(_("Scorecards"), "scoreboard", "scorecards", "heatmaps_project.view_figures"),
            Item(_("Points"), "military_tech", "points", "heatmaps_project.use_lookup"),
            Item(
                _("Reviews of conversations"),
                "headset_mic",
                "reviews",
                "heatmaps_project.review_contact",
            ),
            Item(_("Before and after"), "compare", "before-after", "heatmaps_project.view_figures"),
            listed(_("Where spots return"), "hexagon", "heatmaps_project.proposal"),
            Item(_("Audit of promises"), "fact_check", "audit", "heatmaps_project.view_figures"),
            listed(_("My reports"), "mark_email_read", "heatmaps_project.digest"),
            Item(
                _("Monthly reports"),
                "lab_profile",
                "audit-reports",
                "heatmaps_project.view_figures",
            ),
        ),
    ),
    (
        _("Complaints"),
        (
            listed(_("Complaints"), "forum", "complaints.complaint"),
            Item(
                _("To be placed"),
                "wrong_location",
                "admin:complaints_unplacedcomplaint_changelist",
                "complaints.place_complaint",
            ),
            listed(_("Customers"), "group", "complaints.customer"),
            listed(_("Imports of complaints"), "upload_file", "complaints.complaintimport"),
        ),
    ),
    (
        _("Told and asked"),
        (
            Item(_("Board"), "speed", "board", "feedback.view_board"),
            listed(_("Follow-ups"), "phone_callback", "feedback.followup"),
            listed(_("Comments"), "comment", "feedback.comment"),
            Item(
                _("Insights"),
                "lightbulb_2",
                "admin:feedback_insight_board",
                "feedback.view_insight",
            ),
            Item(_("What is being done"), "checklist_rtl", "openness", "feedback.view_insight"),
            Item(_("Listening day"), "hearing", "listening", "feedback.raise_insight"),
            Item(_("What customers are worth"), "finance", "value", "complaints.view_monthlyfact"),
            listed(_("Gifts given"), "redeem", "feedback.given"),
            listed(_("Gifts to confirm"), "approval", "feedback.askedgift"),
            listed(_("Messages"), "sms", "feedback.message"),
            listed(_("Texts from customers"), "chat", "feedback.incomingtext"),
            listed(_("Batches of messages"), "forward_to_inbox", "feedback.announcement"),
            listed(_("Answers"), "reviews", "feedback.answer"),
            listed(_("Invitations"), "outgoing_mail", "feedback.invitation"),
            listed(_("Surveys"), "ballot", "feedback.survey"),
            listed(_("What was learnt of comments"), "school", "feedback.learntsorting"),
            listed(_("Words of comments"), "dictionary", "feedback.sortingword"),
            listed(_("Rule of alarms"), "notification_important", "feedback.alarmrule"),
            listed(_("Gifts and codes"), "featured_seasonal_and_gifts", "feedback.gift"),
            listed(_("Gifts on occasions"), "cake", "feedback.giftrule"),
            listed(_("Limits of gifts"), "production_quantity_limits", "feedback.goodwilllimit"),
            listed(_("Budgets of gifts"), "savings", "feedback.goodwillbudget"),
            listed(_("Departments"), "corporate_fare", "feedback.department"),
            listed(_("Texts"), "edit_note", "feedback.template"),
            listed(_("Telling as spots open"), "notification_add", "feedback.openingpolicy"),
            listed(_("Limits of sending"), "tune", "feedback.sendingrule"),
            listed(_("Stops of sending"), "front_hand", "feedback.stop"),
            listed(_("Gateways"), "router", "feedback.gateway"),
            listed(_("Senders"), "dialpad", "feedback.sender"),
            listed(_("Own numbers"), "person_off", "complaints.ownnumber"),
            listed(_("Numbering plan"), "pin", "complaints.numberrange"),
        ),
    ),
    (
        _("Rules and settings"),
        (
            listed(_("Knowledge"), "menu_book", "heatmaps_project.article"),
            listed(_("Launches"), "checklist_rtl", "heatmaps_project.launch"),
            listed(_("Emergency services"), "e911_emergency", "heatmaps_project.emergencycontact"),
            listed(_("Criteria of reviews"), "checklist", "heatmaps_project.criterion"),
            listed(_("Campaigns"), "campaign", "heatmaps_project.campaign"),
            listed(_("Kinds of requests"), "category", "heatmaps_project.requestkind"),
            listed(_("What agents say"), "record_voice_over", "heatmaps_project.phrase"),
            listed(_("Detection"), "radar", "spots.detectionrule"),
            listed(_("Trials on history"), "history", "spots.trial"),
            listed(_("Routing"), "alt_route", "spots.routingrule"),
            listed(_("Priority"), "sort", "spots.priorityweights"),
            listed(_("Important places"), "local_hospital", "spots.importantplace"),
            listed(_("SLA"), "timer", "spots.policy"),
            listed(_("Calendars"), "calendar_month", "spots.workingtime"),
            listed(_("Escalation ladders"), "stairs_2", "spots.ladder"),
            listed(_("Escalations"), "campaign", "spots.firing"),
            listed(_("Recomputation of promises"), "update", "spots.recomputation"),
            listed(_("Check of fixes"), "verified", "spots.fixcheck"),
            listed(_("What becomes a single case"), "rule", "spots.singlerule"),
            listed(_("Targets of the wall"), "flag", "heatmaps_project.walltargets"),
            listed(_("Ages of personal data"), "auto_delete", "heatmaps_project.retentionrule"),
            Item(_("Life of a case"), "schema", "admin:spots_spot_life", "spots.view_event"),
            listed(_("Reasons for being late"), "history_toggle_off", "spots.latereason"),
            listed(_("Causes"), "troubleshoot", "spots.cause"),
            listed(_("Suggestions of causes"), "lightbulb", "spots.suggestionoutcome"),
            listed(_("Topics"), "label", "complaints.topic"),
            listed(_("Brands"), "store", "complaints.brand"),
            listed(_("Regions"), "public", "complaints.region"),
            listed(_("Addresses"), "home_pin", "complaints.address"),
            Item(_("Sites"), "cell_tower", "admin:spots_site_changelist", "spots.change_site"),
            listed(_("Network imports"), "upload_file", "spots.import"),
            listed(_("Usual level"), "show_chart", "spots.learntbaseline"),
            listed(_("Attractors"), "location_off", "spots.attractor"),
            listed(_("Outages and works"), "engineering", "spots.networkevent"),
        ),
    ),
    (
        _("Staff"),
        (
            listed(_("Users"), "badge", "heatmaps_project.user"),
            listed(_("Teams"), "groups", "spots.team"),
            listed(_("Reports by mail"), "schedule_send", "heatmaps_project.digestrule"),
            listed(_("Units"), "account_tree", "heatmaps_project.unit"),
            listed(_("Shifts and skills"), "schedule", "spots.duty"),
            listed(_("Absences"), "event_busy", "spots.absence"),
            listed(_("Certificates"), "workspace_premium", "spots.certificate"),
            listed(_("Brands with a test"), "quiz", "spots.certifiedbrand"),
            listed(_("API clients"), "api", "heatmaps_project.apiclient"),
            listed(_("Ways in"), "move_to_inbox", "heatmaps_project.inlet"),
            listed(_("Online geocoders"), "travel_explore", "complaints.onlinegeocoder"),
            listed(_("Webhooks"), "webhook", "heatmaps_project.subscription"),
            listed(_("Deliveries"), "outbox", "heatmaps_project.delivery"),
            listed(_("Looks at personal data"), "visibility", "heatmaps_project.look"),
            listed(_("Lookups"), "manage_search", "heatmaps_project.lookup"),
        ),
    ),
)
