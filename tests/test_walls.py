"""
Brands and regions are kept apart: what is behind a wall is not there, on any page.

Two scenes stand beside the reader's own: a rival brand's in the same region, and the same
brand's in a region far away. An address or table that this file does not know fails it.
"""

from math import asinh, pi, radians, tan

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from heatmaps_project.accounts.roles import Role
from heatmaps_project.models import User
from spots.cases.states import MOVES
from spots.models import Trial
from tests.addresses import MODELS, ask, names
from tests.factories import make_event, make_user
from tests.scene import Scene
from tests.test_access import ADMIN, OPEN, TABLES

pytestmark = pytest.mark.django_db


BACKEND = "heatmaps_project.accounts.backends.RoleBackend"
BOTH, BRAND, NONE = "of brand and region", "of brand", "none"

# Behind which walls the rows of a table stand. NONE: common settings, the registry of houses,
# and what only administrators see, who see everything.
WALLS = {
    **dict.fromkeys(MODELS, NONE),
    "complaints_complaint": BOTH,
    "complaints_complaintimport": BRAND,
    "complaints_customer": BRAND,
    "complaints_placedaddress": BOTH,
    "complaints_unplacedcomplaint": BRAND,  # it has no region yet
    "feedback_announcement": BOTH,
    "feedback_answer": BOTH,
    "feedback_comment": BOTH,
    "feedback_followup": BOTH,
    "feedback_given": BOTH,
    "feedback_askedgift": BOTH,
    "feedback_insight": BOTH,
    "feedback_invitation": BOTH,
    "feedback_incomingtext": BOTH,
    "feedback_message": BOTH,
    "feedback_stop": BRAND,
    "heatmaps_project_article": BRAND,
    "heatmaps_project_campaign": BRAND,
    "heatmaps_project_launch": BRAND,
    "heatmaps_project_phrase": BRAND,
    "heatmaps_project_requestkind": BRAND,
    "heatmaps_project_servicerequest": BRAND,
    "heatmaps_project_proposal": BOTH,
    "heatmaps_project_lookup": BOTH,
    "spots_absence": BOTH,
    "spots_attractor": BOTH,
    "spots_certificate": BRAND,
    "spots_clock": BOTH,
    "spots_coverage": BRAND,
    "spots_detectionrule": BOTH,  # one for all is seen by all
    "spots_duty": BOTH,
    "spots_event": BOTH,
    "spots_firing": BOTH,
    "spots_importantplace": BRAND,
    "spots_import": BRAND,
    "spots_learntbaseline": BOTH,
    "spots_ledgerentry": BOTH,
    "spots_networkevent": BRAND,
    "spots_policy": BOTH,
    "spots_site": BRAND,
    "spots_singlecase": BOTH,
    "spots_spot": BOTH,
    "spots_suggestionoutcome": BOTH,
    "spots_trial": BOTH,
}
WALLED = sorted(table for table, wall in WALLS.items() if wall != NONE)
COMMON = {
    "auth_group",
    "axes_accessattempt",
    "axes_accessfailurelog",
    "axes_accesslog",
    "complaints_address",
    "complaints_brand",
    "complaints_numberrange",
    "complaints_onlinegeocoder",
    "complaints_ownnumber",
    "complaints_region",
    "complaints_topic",
    "feedback_alarmrule",
    "feedback_department",
    "feedback_gift",
    "feedback_giftrule",
    "feedback_goodwillbudget",
    "feedback_goodwilllimit",
    "feedback_learntsorting",
    "feedback_gateway",
    "feedback_openingpolicy",
    "feedback_sender",
    "feedback_sendingrule",
    "feedback_sortingword",
    "feedback_survey",
    "feedback_template",
    "heatmaps_project_apiclient",
    "heatmaps_project_criterion",
    "heatmaps_project_emergencycontact",
    "heatmaps_project_delivery",
    "heatmaps_project_digest",  # each their own: test_digests.py
    "heatmaps_project_digestrule",
    "heatmaps_project_inlet",
    "heatmaps_project_look",
    "heatmaps_project_subscription",
    "heatmaps_project_unit",
    "heatmaps_project_user",
    "heatmaps_project_retentionrule",
    "heatmaps_project_walltargets",
    "spots_cause",
    "spots_certifiedbrand",
    "spots_fixcheck",
    "spots_ladder",
    "spots_notice",  # each their own: test_inbox.py
    "spots_latereason",
    "spots_priorityweights",
    "spots_recomputation",
    "spots_routingrule",
    "spots_singlerule",
    "spots_team",
    "spots_workingtime",
}

# Pages that hold nothing of a brand or region.
NOTHING_TO_HIDE = {
    *OPEN,
    "admin:app_list",
    "admin:auth_user_password_change",
    "admin:complaints_numberrange_import",  # a form, an administrator's
    "admin:complaints_ownnumber_import",
    "admin:complaints_unplacedcomplaint_suggest",  # the registry of houses
    "admin:feedback_invitation_why",  # test_why.py
    "admin:feedback_survey_preview",  # what an administrator typed
    "admin:feedback_survey_ready",  # an administrator's
    "admin:feedback_gift_used",  # an administrator's
    "admin:feedback_gift_codes",  # an administrator's
    "admin:feedback_template_preview",  # an administrator's, who sees everything
    "admin:index",
    "admin:password_change",
    "admin:password_change_done",
    "admin:spots_singlecase_save_view",
    "admin:spots_singlecase_saved_view",
    "admin:spots_spot_columns",
    "admin:spots_spot_life",
    "admin:spots_spot_save_view",
    "admin:spots_spot_saved_view",  # its owner's, or a team's: test_saved_views.py
    "admin:spots_policy_move",  # an administrator's, as the next
    "admin:spots_policy_try",
    "admin:spots_routingrule_try",  # an administrator's, who sees everything
    "admin:spots_workingtime_offer",  # what an administrator typed, and public holidays
    "admin:spots_workingtime_year",
    "acting",
    "base-tile",
    "favicon",
    "home",
    "lookup-suggest",  # the registry of houses
    "map-stay",
    "value-import",  # an administrator's
}
TRIED_BELOW = {
    "admin:autocomplete",
    "admin:feedback_comment_correct",  # test_learning.py
    "admin:feedback_announcement_step",  # test_batches.py
    "admin:complaints_complaintimport_columns",  # test_imports_of_people.py, as those below
    "admin:complaints_complaintimport_move",
    "admin:complaints_complaintimport_progress",
    "admin:complaints_complaintimport_refused",
    "admin:feedback_followup_move",  # test_followups.py
    "admin:feedback_incomingtext_do",  # test_texts_not_understood.py
    "admin:feedback_given_code",  # test_giving.py, as those below
    "admin:feedback_given_give",
    "admin:feedback_askedgift_decide",  # test_confirming.py
    "admin:feedback_given_report",
    "value",  # test_value.py
    "value-staying",  # test_survival.py
    "admin:feedback_insight_board",  # test_insights.py, as those below
    "admin:feedback_insight_move",
    "admin:feedback_insight_raise",
    "admin:feedback_insight_vote",
    "admin:search",
    "admin:heatmaps_project_digest_open",  # test_digests.py
    "admin:heatmaps_project_proposal_decide",  # test_planning_page.py, as the next
    "admin:heatmaps_project_proposal_file",
    "admin:heatmaps_project_proposal_scenario",
    "admin:spots_detectionrule_try",
    "admin:spots_spot_comment",
    "admin:spots_spot_tie",
    "admin:spots_spot_complex",
    "admin:spots_spot_file",
    "admin:spots_singlecase_fresh",
    "admin:spots_spot_fresh",
    "admin:spots_import_move",  # test_imports_page.py
    "admin:spots_import_progress",
    "admin:spots_import_refused",
    "admin:spots_notice_acknowledge",  # test_inbox.py
    "admin:spots_notice_open",
    "admin:spots_singlecase_answer",  # test_singles_pages.py, as those below
    "admin:spots_singlecase_comment",
    "admin:spots_singlecase_tie",
    "admin:spots_singlecase_complex",
    "admin:spots_singlecase_file",
    "admin:spots_singlecase_join",
    "admin:spots_singlecase_make_spot",
    "admin:spots_singlecase_move",
    "admin:spots_singlecase_open",
    "admin:spots_spot_move",
    "admin:spots_spot_regroup",
    "admin:spots_spot_undo",
    "admin:spots_trial_move",
    "admin:spots_trial_progress",
    "admin:view_on_site",
    "api-complaint",
    "api-complaint-events",
    "api-complaints",
    "api-complaints-batch",
    "api-customer",  # test_walls_of_machines.py, as those below
    "api-customer-consent",
    "api-customers",
    "api-customers-find",
    "api-answers",  # test_walls_of_machines.py
    "api-feedback",
    "api-followup",
    "api-followup-result",
    "api-followups",
    "api-request",  # test_requests.py, as the next
    "api-request-state",
    "api-requests",
    "api-receipts",  # test_receipts_over_http.py
    "api-touches",  # test_touches_api.py
    "api-lookup",
    "api-lookup-attach",  # test_attach_api.py
    "api-lookup-link",  # test_own_page.py
    "api-lookup-panel",  # test_panel.py
    "api-network-event",
    "api-network-events",
    "api-spot",
    "api-spot-moves",
    "api-spots",
    "api-webhook",  # each client its own: test_api.py of webhooks
    "api-webhook-ping",
    "api-webhook-rotate",
    "api-webhooks",
    "audit",  # test_audit_page.py
    "audit-file",  # test_audit_export.py
    "audit-report",  # test_reports.py, as those below
    "audit-report-figures",
    "audit-report-verify",
    "audit-reports",
    "audit-what-if",  # test_what_if.py
    "board",  # test_board.py
    "board-baseline",  # test_baselines.py
    "data-tile",
    "launches",  # test_launches.py
    "listening",  # test_listening.py
    "emergencies",  # test_danger.py, as those below
    "emergency",
    "emergency-raise",
    "emergency-step",
    "lookup-verify",
    "lookup-campaign",  # test_campaigns.py: of one's own lookup
    "lookup-request",  # test_requests.py: of one's own lookup
    "figures",
    "lookup",
    "lookup-act",  # test_acting.py: of one's own lookup
    "lookup-articles",  # test_knowledge.py, as the next
    "lookup-vote",
    "before-after",  # test_before_after.py
    "manager",  # test_boards.py
    "map",
    "map-export",  # test_exports.py, as the next in test_search.py
    "map-search",
    "map-spots",
    "market",  # test_market.py, as the next
    "market-import",
    "morning",  # test_boards.py, as the others of it
    "openness",  # test_openness.py
    "second-factor",  # each their own: test_second_factor.py
    "points",  # test_scorecards.py, as those below
    "quality",
    "review",  # test_reviews.py, as the next
    "reviews",
    "sales",  # test_sales.py, as the next
    "sales-import",
    "scorecards",
    "reveal",
    "staffing",  # test_staffing.py, as the next
    "staffing-import",
    "channels",  # channels/test_channels_page.py
    "complexity",  # complexity/test_complexity_page.py, as the next
    "complexity-rows",
    "dealers",  # dealers/test_dealers.py
    "topics",  # test_topics.py
    "tmf-acknowledge",  # tmf/test_problems.py, test_tickets.py, as those below
    "tmf-event-record",
    "tmf-event-records",
    "tmf-group",
    "tmf-problem",
    "tmf-problems",
    "tmf-serviceProblemManagement-hub",
    "tmf-serviceProblemManagement-listener",
    "tmf-ticket",
    "tmf-tickets",
    "tmf-troubleTicket-hub",
    "tmf-troubleTicket-listener",
    "tmf-unacknowledge",
    "tmf-ungroup",
    "wall",
    "wall-numbers",
    "wall-rows",
}


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def listed(user: User, table: str) -> set[object]:
    """The keys of the rows that a list shows."""
    response = ask(user, reverse(f"admin:{table}_changelist"))
    assert response is not None
    return {row.pk for row in response.context_data["cl"].result_list}


def pages_of(table: str, row: Model) -> list[str]:
    cases = {"spots_spot", "spots_singlecase"}
    pages = ("change",) if table in cases else ("change", "history", "delete")
    return [reverse(f"admin:{table}_{page}", args=[row.pk]) for page in pages]


def test_every_table_and_page_is_known_here():
    assert set(WALLED) | COMMON == set(MODELS)
    assert set(names()) == NOTHING_TO_HIDE | TRIED_BELOW


def test_an_administrator_sees_the_rows_that_the_others_must_not(home, rival, far):
    reader = make_user("administrator")

    for table in WALLED:
        keys = {scene.rows[table].pk for scene in (home, rival, far)}
        if Role.ADMINISTRATOR in TABLES[table][0]:
            assert keys <= listed(reader, table), table


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_lists_and_pages_of_rows_behind_a_wall_are_not_there(role, home, rival, far):
    reader = make_user(role)

    for table in WALLED:
        if role not in TABLES[table][0]:
            continue
        foreign = [rival, far] if WALLS[table] == BOTH else [rival]
        seen = listed(reader, table)
        assert home.rows[table].pk in seen, f"{table}: the reader's own row is missing"
        assert ask(reader, pages_of(table, home.rows[table])[0]), table
        for scene in foreign:
            row = scene.rows[table]
            assert row.pk not in seen, f"{table} of {scene.name} is listed"
            before = _state(row)
            for address in pages_of(table, row):
                assert ask(reader, address) is None, address
                ask(reader, address, "post", post="yes")
            assert _state(row) == before, f"{table} of {scene.name} was changed"


_SAID = ("display", "query_string")  # of what a filter offers


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_no_filter_of_a_list_names_what_is_behind_a_wall(role, home, rival, far):
    reader = make_user(role)
    behind = {
        *(str(rival.brand), str(far.region), str(rival.rows["feedback_survey"])),
        f"?kind__id__exact={rival.rows['heatmaps_project_requestkind'].pk}",
    }
    offered: dict[str, set[str]] = {}
    for table in MODELS:
        if role in TABLES[table][0]:
            response = ask(reader, reverse(f"admin:{table}_changelist"))
            shown = response.context_data["cl"]
            choices = [one for spec in shown.filter_specs for one in spec.choices(shown)]
            offered[table] = {str(one[said]) for one in choices for said in _SAID}

    assert {table: said & behind for table, said in offered.items() if said & behind} == {}
    assert any(offered.values())


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_no_action_of_a_list_reaches_behind_a_wall(role, home, rival, far, rf):
    reader = make_user(role)
    browser = browser_of(reader)
    request = rf.get("/")
    request.user = reader
    before = {scene.name: scene.rows["spots_spot"].events.count() for scene in (rival, far)}

    for model, page in admin.site._registry.items():
        table = f"{model._meta.app_label}_{model._meta.model_name}"
        if WALLS[table] == NONE or role not in TABLES[table][0]:
            continue
        foreign = [rival, far] if WALLS[table] == BOTH else [rival]
        states = [_state(scene.rows[table]) for scene in foreign]
        for action in page.get_actions(request):
            chosen = [scene.rows[table].pk for scene in foreign]
            sent = {
                "action": action,
                "_selected_action": chosen,
                "team": home.spot.team_id,
                "note": "x",
            }
            browser.post(reverse(f"admin:{table}_changelist"), sent)
        assert [_state(scene.rows[table]) for scene in foreign] == states, table

    after = {scene.name: scene.rows["spots_spot"].events.count() for scene in (rival, far)}
    assert after == before


def _state(row: Model) -> dict[str, object]:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_no_move_reaches_a_spot_behind_a_wall(role, home, rival, far):
    reader = make_user(role)

    for scene in (rival, far):
        for move in MOVES:
            address = reverse("admin:spots_spot_move", args=[scene.spot.pk, move])
            assert ask(reader, address, "post", note="x", team=home.spot.team_id) is None, move
        assert scene.spot.events.count() == 1


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_no_comment_or_file_crosses_a_wall(role, home, rival, far):
    reader = make_user(role)

    for scene in (rival, far):
        address = reverse("admin:spots_spot_comment", args=[scene.spot.pk])
        assert ask(reader, address, "post", text="Hm.") is None
        file = reverse("admin:spots_spot_file", args=[scene.spot.pk, scene.file.pk])
        under_own = reverse("admin:spots_spot_file", args=[home.spot.pk, scene.file.pk])
        assert ask(reader, file) is None
        assert ask(reader, under_own) is None


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_nothing_is_regrouped_across_a_wall(role, home, rival, far):
    reader = make_user(role)
    own = reverse("admin:spots_spot_regroup", args=[home.spot.pk])

    for scene in (rival, far):
        behind = reverse("admin:spots_spot_regroup", args=[scene.spot.pk])
        done = make_event(scene.spot, "attached", facts={"complaints": 1}).pk
        assert ask(reader, behind) is None
        for spot in (scene.spot, home.spot):
            undo = reverse("admin:spots_spot_undo", args=[spot.pk, done])
            assert ask(reader, undo, "post") is None
        for action in ("move", "take_in", "join"):
            said = {"action": action, "other": scene.spot.pk, "complaints": "1"}
            assert ask(reader, own, "post", **said) is None, action
        if shown := ask(reader, own):
            assert str(scene.spot.pk) not in [
                str(one.number) for one in shown.context_data["neighbours"]
            ]
            theirs = set(scene.spot.memberships.values_list("complaint", flat=True))
            assert not theirs & {one.id for one in shown.context_data["candidates"]}
    assert home.spot.memberships.filter(until=None).count() == 1


@pytest.mark.parametrize("role", ["supervisor", "planner"])
def test_no_trial_reaches_behind_a_wall(role, home, rival, far):
    reader = make_user(role)

    for scene in (rival, far):
        rule, trial = scene.rows["spots_detectionrule"].pk, scene.rows["spots_trial"].pk
        assert ask(reader, reverse("admin:spots_detectionrule_try", args=[rule])) is None
        assert ask(reader, reverse("admin:spots_trial_progress", args=[trial])) is None
        for move in ("stop", "go-on", "apply"):
            address = reverse("admin:spots_trial_move", args=[trial, move])
            assert ask(reader, address, "post") is None
        days = {"first_day": "2026-03-01", "last_day": "2026-03-02"}
        where = {"brand": scene.brand.pk, "region": scene.region.pk}
        own = reverse("admin:spots_detectionrule_try", args=[home.rows["spots_detectionrule"].pk])
        ask(reader, own, "post", **days, **where)
    assert Trial.objects.count() == 3


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_pages_of_many_rows_show_none_from_behind_a_wall(role, home, rival, far):
    assert _drawn_by(make_user(role), home, rival, far) & {"rival", "far"} == set()


def test_the_same_pages_show_an_administrator_all_three(home, rival, far):
    assert _drawn_by(make_user("administrator"), home, rival, far) == {"home", "rival", "far"}


def _drawn_by(reader: User, *scenes: Scene) -> set[str]:
    """The scenes whose names are on any page of many rows."""
    browser = browser_of(reader)
    world = {"west": -180, "south": -85, "east": 180, "north": 85}
    pages = [
        browser.get(reverse("map")),
        browser.get(reverse("map-spots"), world),
        browser.get(reverse("figures"), {"days": 90}),
        browser.get(reverse("morning"), {"days": 90, "hours": 24}),
        browser.get(reverse("wall-rows", args=["in-a-day"]), {"days": 90}),
        browser.get(reverse("wall-rows", args=["missed"]), {"days": 90}),
        browser.get(reverse("admin:search"), {"s": "of", "extended": "1"}),
        browser.get(reverse("admin:spots_spot_changelist")),
        browser.post(reverse("admin:spots_spot_fresh"), _rows_of(*scenes)),
        *(browser.get(_tile(scene)) for scene in scenes),
        *(browser.post(reverse("lookup"), {"asked": _address(scene)}) for scene in scenes),
    ]
    drawn = b"".join(page.content for page in pages).decode(errors="replace")
    return {
        scene.name
        for scene in scenes
        for thing in ("place", "site", "works")
        # a network is of a brand, whatever the region
        if (thing == "place" or scene.name == "rival") and f"{thing} of {scene.name}" in drawn
    }


def _rows_of(*scenes: Scene) -> dict[str, object]:
    """What a page of the queue sends that claims to show the spots of these scenes."""
    rows = ",".join(f"{scene.spot.pk}:old" for scene in scenes)
    return {"rows": rows, "query": "state=all", "newest": 0, "at": 0}


def _tile(scene: Scene, zoom: int = 14) -> str:
    """The address of the data tile that the scene's place is in."""
    size = 2**zoom
    x = int((scene.point.x + 180) / 360 * size)
    y = int((1 - asinh(tan(radians(scene.point.y))) / pi) / 2 * size)
    return reverse("data-tile", args=[zoom, x, y])


def _address(scene: Scene) -> str:
    return str(scene.rows["complaints_address"])


def test_a_customer_behind_a_wall_has_no_phone_to_reveal(rival):
    row = {"customer": rival.rows["complaints_customer"].pk, "field": "phone", "reason": "call"}

    for role in ("dispatcher", "supervisor"):
        assert ask(make_user(role), reverse("reveal"), "post", **row) is None


@pytest.mark.parametrize("role", sorted(set(Role.values) - ADMIN))
def test_autocompletion_offers_nothing_from_behind_a_wall(role, home, rival):
    reader = make_user(role)
    asked = [
        {"app_label": m._meta.app_label, "model_name": m._meta.model_name, "field_name": field}
        for m, page in admin.site._registry.items()
        for field in page.autocomplete_fields
    ]

    assert asked
    for query in asked:
        offered = ask(reader, reverse("admin:autocomplete"), **query, term="")
        assert offered is None or "rival" not in offered.content.decode(), query


def test_no_short_way_leads_to_a_row(home, django_user_model):
    for table in WALLED:
        row = home.rows[table]
        kind = row._meta.concrete_model.__name__
        assert not hasattr(row, "get_absolute_url"), kind
