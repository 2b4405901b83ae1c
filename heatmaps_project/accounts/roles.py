"""The people of an operator, and what each may do: the one table of rights."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from heatmaps_project.accounts.settings_rights import SETTINGS


class Role(TextChoices):
    AGENT = "agent", _("contact-centre agent")
    DISPATCHER = "dispatcher", _("dispatcher")
    ENGINEER = "engineer", _("engineer")
    SUPERVISOR = "supervisor", _("supervisor")
    PLANNER = "planner", _("planner")
    ADMINISTRATOR = "administrator", _("administrator")


_SEES_MAP = frozenset(
    f"spots.view_{model}"
    for model in ("spot", "case", "site", "sector", "coverage", "networkevent")
)
_SEES_CUSTOMERS = frozenset(
    {
        "complaints.view_complaint",
        "complaints.view_customer",
        "feedback.view_message",
        "feedback.view_announcement",
        "feedback.view_answer",
        "feedback.view_invitation",
        "feedback.view_comment",
        "feedback.view_followup",
        "spots.view_singlecase",
    }
)
# what a customer has on their account, and owes: for who talks with them
_SEES_MONEY = frozenset({"complaints.view_balance"})
# what callers asked for that another system does
_SEES_REQUESTS = frozenset({"heatmaps_project.view_servicerequest"})
_RESENDS = frozenset({"feedback.resend_message"})
# what customers write and no survey understands, a person reads and does something about
_HANDLES_TEXTS = frozenset({"feedback.view_incomingtext", "feedback.handle_text"})
# a large batch goes only once a second person has approved it
_SENDS_BATCHES = frozenset({"feedback.start_announcement"})
_STOPS_MESSAGES = frozenset({"feedback.view_stop", "feedback.add_stop"})
_APPROVES_BATCHES = frozenset({"feedback.approve_announcement"})
_SEES_LEARNT = frozenset({"spots.view_attractor", "spots.view_learntbaseline"})
_REVEALS = frozenset({"heatmaps_project.reveal_personal_data"})
_LOOKS_UP = frozenset({"heatmaps_project.use_lookup"})
_REPORTS = frozenset({"spots.report_case"})  # a caller's single case
_PLACES = frozenset({"complaints.place_complaint"})
# to try a rule on history changes nothing that is in force
_TRIES_RULES = frozenset({"spots.view_detectionrule", "spots.view_trial", "spots.add_trial"})
# whoever leads a shift says who works when, and who is away today
_PLANS_SHIFTS = frozenset(
    f"spots.{action}_{model}"
    for model in ("duty", "absence")
    for action in ("view", "add", "change", "delete")
)
# who passed the test of a brand, until when
_CERTIFIES = frozenset(
    f"spots.{action}_certificate" for action in ("view", "add", "change", "delete")
)
# conversations of agents, listened to by somebody else
_REVIEWS = frozenset({"heatmaps_project.review_contact"})
# a life in danger: whoever answers calls raises the alarm, a supervisor takes it
_TAKES_ALARMS = frozenset({"heatmaps_project.handle_emergency"})
# what is launched, with its checklist, and offered to callers: watched by who plans and leads
_LAUNCHES = frozenset(
    f"heatmaps_project.{action}_{model}"
    for model in ("launch", "launchitem", "campaign")
    for action in ("view", "add", "change", "delete")
)
# days on which everybody hears what customers say
_SETS_LISTENING = frozenset({"heatmaps_project.add_listeningday"})
# where spots return, and what is decided about it
_SEES_PLACES = frozenset({"heatmaps_project.view_proposal"})
_PLANS_PLACES = _SEES_PLACES | {"heatmaps_project.plan_network"}
# everybody may be told of a promise at risk, or sent reports, and sees their own
_READS_INBOX = frozenset({"spots.view_notice", "heatmaps_project.view_digest"})
# everybody sees what the customers they served say; whoever leads or plans, what all do
_HEARS = frozenset({"feedback.view_board"})
# wishes and ideas are everybody's; departments answer them
_WISHES = frozenset({"feedback.view_insight", "feedback.raise_insight"})
_ANSWERS_WISHES = _WISHES | {"feedback.work_insight"}
# a gift in somebody's own name, within the limits of their role
_GIVES = frozenset(
    f"feedback.{one}" for one in ("view_given", "view_askedgift", "give_gift", "show_code")
)
# how good the sorting of comments is
_SEES_SORTING = frozenset({"feedback.view_learntsorting"})
# what a telephone system counted, for planning shifts
_COUNTS_CALLS = frozenset({"heatmaps_project.add_halfhour"})
_CALLS_BACK = frozenset({"feedback.work_followup"})
_HEARS_ALL = _HEARS | {"feedback.view_whole_board"}
# what later scores are compared with, for good
_FREEZES_SCORES = frozenset({"feedback.add_scorebaseline"})
# a file is looked at before it counts, and an import can be undone as a whole
_IMPORTS = frozenset(
    {
        "spots.view_import",
        "spots.add_import",
        "complaints.view_complaintimport",
        "complaints.add_complaintimport",
    }
)
PERMISSIONS: dict[str, frozenset[str]] = {
    Role.AGENT: _SEES_MAP | _READS_INBOX | _HEARS | _WISHES | _LOOKS_UP | _REPORTS | _SEES_MONEY,
    Role.DISPATCHER: _SEES_MAP
    | _READS_INBOX
    | _WISHES
    | _HEARS_ALL
    | _CALLS_BACK
    | _GIVES
    | _SEES_CUSTOMERS
    | _RESENDS
    | _HANDLES_TEXTS
    | _SENDS_BATCHES
    | _SEES_MONEY
    | _SEES_REQUESTS
    | _LOOKS_UP
    | _REPORTS
    | _PLACES
    | _REVEALS
    | _SEES_LEARNT
    | {"spots.dispatch_case", "spots.work_case"},
    Role.ENGINEER: _SEES_MAP
    | _READS_INBOX
    | _HEARS
    | _ANSWERS_WISHES
    | _SEES_CUSTOMERS
    | {"spots.work_case"},
    Role.SUPERVISOR: _SEES_MAP
    | _READS_INBOX
    | _ANSWERS_WISHES
    | _HEARS_ALL
    | _CALLS_BACK
    | _GIVES
    | _SEES_CUSTOMERS
    | _RESENDS
    | _HANDLES_TEXTS
    | _SENDS_BATCHES
    | _APPROVES_BATCHES
    | _STOPS_MESSAGES
    | _SEES_MONEY
    | _SEES_REQUESTS
    | _LOOKS_UP
    | _REPORTS
    | _REVEALS
    | _SEES_LEARNT
    | _TRIES_RULES
    | _PLANS_SHIFTS
    | _SEES_SORTING
    | _COUNTS_CALLS
    | _CERTIFIES
    | _REVIEWS
    | _TAKES_ALARMS
    | _LAUNCHES
    | _SETS_LISTENING
    | _FREEZES_SCORES
    | _SEES_PLACES
    | {
        "spots.dispatch_case",
        "spots.view_clock",
        "spots.view_event",
        "spots.view_firing",
        "spots.view_ladder",
        "spots.view_rung",
        "spots.view_policy",
        "spots.view_suggestionoutcome",
        "complaints.view_monthlyfact",
        "feedback.view_goodwill",
        "feedback.confirm_gift",
        "heatmaps_project.view_figures",
        "heatmaps_project.view_lookup",
        "heatmaps_project.view_article",
        "heatmaps_project.add_article",
        "heatmaps_project.change_article",
        "heatmaps_project.view_phrase",
        "heatmaps_project.add_phrase",
        "heatmaps_project.change_phrase",
    },
    Role.PLANNER: _SEES_MAP
    | _READS_INBOX
    | _ANSWERS_WISHES
    | _HEARS_ALL
    | _SEES_LEARNT
    | _TRIES_RULES
    | _PLANS_PLACES
    | _LAUNCHES
    | {
        "complaints.view_monthlyfact",
        "heatmaps_project.view_figures",
        "spots.view_suggestionoutcome",
    },
    Role.ADMINISTRATOR: _SEES_MAP
    | _READS_INBOX
    | _ANSWERS_WISHES
    | _HEARS_ALL
    | _CALLS_BACK
    | _SEES_CUSTOMERS
    | _RESENDS
    | _HANDLES_TEXTS
    | _SENDS_BATCHES
    | _APPROVES_BATCHES
    | _STOPS_MESSAGES
    | _SEES_REQUESTS
    | _LOOKS_UP
    | _PLACES
    | _TRIES_RULES
    | SETTINGS
    | _SEES_SORTING
    | _PLANS_SHIFTS
    | _COUNTS_CALLS
    | _CERTIFIES
    | _REVIEWS
    | _TAKES_ALARMS
    | _LAUNCHES
    | _SETS_LISTENING
    | _FREEZES_SCORES
    | _IMPORTS
    | _PLANS_PLACES
    | _SEES_LEARNT
    | {
        "complaints.add_monthlyfact",
        "heatmaps_project.add_salesfigure",
        "heatmaps_project.add_marketscore",
        "complaints.view_monthlyfact",
        "feedback.view_given",
        "feedback.view_askedgift",
        "feedback.view_goodwill",
        "heatmaps_project.view_figures",
        "feedback.change_learntsorting",
        "heatmaps_project.view_look",
        "heatmaps_project.view_subscription",
        "heatmaps_project.add_subscription",
        "heatmaps_project.change_subscription",
        "heatmaps_project.view_delivery",
        "heatmaps_project.change_delivery",
        "heatmaps_project.view_lookup",
        "spots.view_suggestionoutcome",
        "spots.view_clock",
        "spots.view_recomputation",
        "spots.view_event",
        "spots.view_firing",
    },
}
