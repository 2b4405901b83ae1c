"""What stands in the side bar of every staff page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
            Item(_("Spots"), "crisis_alert", "admin:spots_spot_changelist", "spots.view_spot"),
            Item(
                _("Single cases"),
                "person_alert",
                "admin:spots_singlecase_changelist",
                "spots.view_singlecase",
            ),
            Item(_("Inbox"), "inbox", "admin:spots_notice_changelist", "spots.view_notice"),
            Item(_("Map"), "map", "map", "spots.view_spot"),
            Item(_("Lookup"), "support_agent", "lookup", "heatmaps_project.use_lookup"),
            Item(_("Figures"), "monitoring", "figures", "heatmaps_project.view_figures"),
            Item(_("Audit of promises"), "fact_check", "audit", "heatmaps_project.view_figures"),
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
            Item(
                _("Complaints"),
                "forum",
                "admin:complaints_complaint_changelist",
                "complaints.view_complaint",
            ),
            Item(
                _("To be placed"),
                "wrong_location",
                "admin:complaints_unplacedcomplaint_changelist",
                "complaints.place_complaint",
            ),
            Item(
                _("Customers"),
                "group",
                "admin:complaints_customer_changelist",
                "complaints.view_customer",
            ),
        ),
    ),
    (
        _("Told and asked"),
        (
            Item(_("Board"), "speed", "board", "feedback.view_board"),
            Item(
                _("Follow-ups"),
                "phone_callback",
                "admin:feedback_followup_changelist",
                "feedback.view_followup",
            ),
            Item(
                _("Comments"),
                "comment",
                "admin:feedback_comment_changelist",
                "feedback.view_comment",
            ),
            Item(
                _("Messages"), "sms", "admin:feedback_message_changelist", "feedback.view_message"
            ),
            Item(
                _("Answers"), "reviews", "admin:feedback_answer_changelist", "feedback.view_answer"
            ),
            Item(
                _("Invitations"),
                "outgoing_mail",
                "admin:feedback_invitation_changelist",
                "feedback.view_invitation",
            ),
            Item(
                _("Surveys"), "ballot", "admin:feedback_survey_changelist", "feedback.view_survey"
            ),
            Item(
                _("Words of comments"),
                "dictionary",
                "admin:feedback_sortingword_changelist",
                "feedback.view_sortingword",
            ),
            Item(
                _("Rule of alarms"),
                "notification_important",
                "admin:feedback_alarmrule_changelist",
                "feedback.view_alarmrule",
            ),
            Item(
                _("Texts"),
                "edit_note",
                "admin:feedback_template_changelist",
                "feedback.view_template",
            ),
        ),
    ),
    (
        _("Rules and settings"),
        (
            Item(
                _("Knowledge"),
                "menu_book",
                "admin:heatmaps_project_article_changelist",
                "heatmaps_project.view_article",
            ),
            Item(
                _("What agents say"),
                "record_voice_over",
                "admin:heatmaps_project_phrase_changelist",
                "heatmaps_project.view_phrase",
            ),
            Item(
                _("Detection"),
                "radar",
                "admin:spots_detectionrule_changelist",
                "spots.view_detectionrule",
            ),
            Item(
                _("Trials on history"),
                "history",
                "admin:spots_trial_changelist",
                "spots.view_trial",
            ),
            Item(
                _("Routing"),
                "alt_route",
                "admin:spots_routingrule_changelist",
                "spots.view_routingrule",
            ),
            Item(
                _("Priority"),
                "sort",
                "admin:spots_priorityweights_changelist",
                "spots.view_priorityweights",
            ),
            Item(
                _("Important places"),
                "local_hospital",
                "admin:spots_importantplace_changelist",
                "spots.view_importantplace",
            ),
            Item(_("SLA"), "timer", "admin:spots_policy_changelist", "spots.view_policy"),
            Item(
                _("Calendars"),
                "calendar_month",
                "admin:spots_workingtime_changelist",
                "spots.view_workingtime",
            ),
            Item(
                _("Escalation ladders"),
                "stairs_2",
                "admin:spots_ladder_changelist",
                "spots.view_ladder",
            ),
            Item(
                _("Escalations"), "campaign", "admin:spots_firing_changelist", "spots.view_firing"
            ),
            Item(
                _("Recomputation of promises"),
                "update",
                "admin:spots_recomputation_changelist",
                "spots.view_recomputation",
            ),
            Item(
                _("Check of fixes"),
                "verified",
                "admin:spots_fixcheck_changelist",
                "spots.view_fixcheck",
            ),
            Item(
                _("What becomes a single case"),
                "rule",
                "admin:spots_singlerule_changelist",
                "spots.view_singlerule",
            ),
            Item(_("Life of a case"), "schema", "admin:spots_spot_life", "spots.view_event"),
            Item(
                _("Reasons for being late"),
                "history_toggle_off",
                "admin:spots_latereason_changelist",
                "spots.view_latereason",
            ),
            Item(_("Causes"), "troubleshoot", "admin:spots_cause_changelist", "spots.view_cause"),
            Item(
                _("Suggestions of causes"),
                "lightbulb",
                "admin:spots_suggestionoutcome_changelist",
                "spots.view_suggestionoutcome",
            ),
            Item(
                _("Topics"), "label", "admin:complaints_topic_changelist", "complaints.view_topic"
            ),
            Item(
                _("Brands"), "store", "admin:complaints_brand_changelist", "complaints.view_brand"
            ),
            Item(
                _("Regions"),
                "public",
                "admin:complaints_region_changelist",
                "complaints.view_region",
            ),
            Item(
                _("Addresses"),
                "home_pin",
                "admin:complaints_address_changelist",
                "complaints.view_address",
            ),
            Item(_("Sites"), "cell_tower", "admin:spots_site_changelist", "spots.change_site"),
            Item(
                _("Network imports"),
                "upload_file",
                "admin:spots_import_changelist",
                "spots.view_import",
            ),
            Item(
                _("Usual level"),
                "show_chart",
                "admin:spots_learntbaseline_changelist",
                "spots.view_learntbaseline",
            ),
            Item(
                _("Attractors"),
                "location_off",
                "admin:spots_attractor_changelist",
                "spots.view_attractor",
            ),
            Item(
                _("Outages and works"),
                "engineering",
                "admin:spots_networkevent_changelist",
                "spots.view_networkevent",
            ),
        ),
    ),
    (
        _("Staff"),
        (
            Item(
                _("Users"),
                "badge",
                "admin:heatmaps_project_user_changelist",
                "heatmaps_project.view_user",
            ),
            Item(_("Teams"), "groups", "admin:spots_team_changelist", "spots.view_team"),
            Item(
                _("Shifts and skills"),
                "schedule",
                "admin:spots_duty_changelist",
                "spots.view_duty",
            ),
            Item(
                _("Absences"), "event_busy", "admin:spots_absence_changelist", "spots.view_absence"
            ),
            listed(_("API clients"), "api", "heatmaps_project.apiclient"),
            listed(_("Webhooks"), "webhook", "heatmaps_project.subscription"),
            listed(_("Deliveries"), "outbox", "heatmaps_project.delivery"),
            Item(
                _("Looks at personal data"),
                "visibility",
                "admin:heatmaps_project_look_changelist",
                "heatmaps_project.view_look",
            ),
            Item(
                _("Lookups"),
                "manage_search",
                "admin:heatmaps_project_lookup_changelist",
                "heatmaps_project.view_lookup",
            ),
        ),
    ),
)
