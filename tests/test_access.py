"""
Who may open what: the whole table, role by role.

A page that the tables do not know fails here, so nobody adds one without saying whose it is.
"""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from complaints.admin_theme import ModelAdmin
from heatmaps_project.accounts.roles import Role
from heatmaps_project.models import User
from tests.addresses import MODELS, answered, names, unnamed_routes
from tests.factories import (
    NOW,
    make_complaint,
    make_customer,
    make_event,
    make_policy,
    make_user,
)
from tests.scene import Scene, make_scene

pytestmark = pytest.mark.django_db

NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(Role.values)
ADMIN = frozenset({Role.ADMINISTRATOR})
PLACES = ADMIN | {Role.DISPATCHER}
SUPERVISES = ADMIN | {Role.SUPERVISOR}
KNOWS_CUSTOMERS = ADMIN | {Role.DISPATCHER, Role.ENGINEER, Role.SUPERVISOR}
ANSWERS_CALLS = ADMIN | {Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR}
REQUESTS = ADMIN | {Role.DISPATCHER, Role.SUPERVISOR}
REVEALS = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
DISPATCHES = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
TELLS_MANY = ADMIN | {Role.DISPATCHER, Role.SUPERVISOR}
WORKS = frozenset({Role.DISPATCHER, Role.ENGINEER, Role.SUPERVISOR})
LEARNS = ADMIN | {Role.DISPATCHER, Role.SUPERVISOR, Role.PLANNER}
COUNTS = ADMIN | {Role.SUPERVISOR, Role.PLANNER}

# Pages that Django's admin makes for each table: who sees, who adds, who deletes.
TABLES: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "auth_group": (NOBODY, NOBODY, NOBODY),
    "axes_accessattempt": (NOBODY, NOBODY, NOBODY),
    "axes_accessfailurelog": (NOBODY, NOBODY, NOBODY),
    "axes_accesslog": (NOBODY, NOBODY, NOBODY),
    "complaints_address": (ADMIN, NOBODY, NOBODY),
    "complaints_brand": (ADMIN, ADMIN, ADMIN),
    "complaints_complaint": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "complaints_complaintimport": (ADMIN, ADMIN, NOBODY),
    "complaints_customer": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "complaints_numberrange": (ADMIN, NOBODY, NOBODY),
    "complaints_ownnumber": (ADMIN, ADMIN, ADMIN),
    "complaints_onlinegeocoder": (ADMIN, ADMIN, ADMIN),
    "complaints_placedaddress": (PLACES, NOBODY, NOBODY),
    "complaints_region": (ADMIN, ADMIN, ADMIN),
    "complaints_topic": (ADMIN, ADMIN, ADMIN),
    "complaints_unplacedcomplaint": (PLACES, NOBODY, NOBODY),
    "feedback_alarmrule": (ADMIN, NOBODY, NOBODY),
    "feedback_announcement": (KNOWS_CUSTOMERS, TELLS_MANY, NOBODY),
    "feedback_gateway": (ADMIN, ADMIN, ADMIN),
    "feedback_sender": (ADMIN, ADMIN, ADMIN),
    "feedback_openingpolicy": (ADMIN, ADMIN, ADMIN),
    "feedback_sendingrule": (ADMIN, NOBODY, NOBODY),
    "feedback_stop": (SUPERVISES, SUPERVISES, NOBODY),
    "feedback_comment": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "feedback_askedgift": (ADMIN | REVEALS, NOBODY, NOBODY),
    "feedback_department": (ADMIN, ADMIN, ADMIN),
    "feedback_gift": (ADMIN, ADMIN, ADMIN),
    "feedback_giftrule": (ADMIN, ADMIN, ADMIN),
    "feedback_given": (ADMIN | REVEALS, NOBODY, NOBODY),
    "feedback_goodwillbudget": (ADMIN, ADMIN, ADMIN),
    "feedback_goodwilllimit": (ADMIN, ADMIN, ADMIN),
    "feedback_insight": (EVERYBODY, NOBODY, NOBODY),
    "feedback_followup": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "feedback_learntsorting": (SUPERVISES, NOBODY, NOBODY),
    "feedback_sortingword": (ADMIN, ADMIN, ADMIN),
    "feedback_answer": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "feedback_invitation": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "feedback_incomingtext": (ADMIN | REVEALS, NOBODY, NOBODY),
    "feedback_message": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "feedback_survey": (ADMIN, ADMIN, ADMIN),
    "feedback_template": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_apiclient": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_article": (SUPERVISES, SUPERVISES, ADMIN),
    "heatmaps_project_launch": (COUNTS, COUNTS, COUNTS),
    "heatmaps_project_emergencycontact": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_criterion": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_phrase": (SUPERVISES, SUPERVISES, ADMIN),
    "heatmaps_project_campaign": (COUNTS, COUNTS, COUNTS),
    "heatmaps_project_requestkind": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_servicerequest": (REQUESTS, NOBODY, NOBODY),
    "heatmaps_project_proposal": (COUNTS, NOBODY, NOBODY),
    "heatmaps_project_delivery": (ADMIN, NOBODY, NOBODY),
    "heatmaps_project_look": (ADMIN, NOBODY, NOBODY),
    "heatmaps_project_inlet": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_lookup": (SUPERVISES, NOBODY, NOBODY),
    "heatmaps_project_subscription": (ADMIN, ADMIN, NOBODY),
    "heatmaps_project_digest": (EVERYBODY, NOBODY, NOBODY),  # each their own
    "heatmaps_project_digestrule": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_unit": (ADMIN, ADMIN, ADMIN),
    "heatmaps_project_user": (ADMIN, ADMIN, NOBODY),
    "heatmaps_project_retentionrule": (ADMIN, ADMIN, NOBODY),
    "heatmaps_project_walltargets": (ADMIN, NOBODY, NOBODY),
    "spots_absence": (SUPERVISES, SUPERVISES, SUPERVISES),
    "spots_attractor": (LEARNS, ADMIN, ADMIN),
    "spots_cause": (ADMIN, ADMIN, ADMIN),
    "spots_certificate": (SUPERVISES, SUPERVISES, SUPERVISES),
    "spots_certifiedbrand": (ADMIN, ADMIN, ADMIN),
    "spots_clock": (SUPERVISES, NOBODY, NOBODY),
    "spots_coverage": (EVERYBODY, ADMIN, ADMIN),
    "spots_detectionrule": (COUNTS, ADMIN, ADMIN),
    "spots_duty": (SUPERVISES, SUPERVISES, SUPERVISES),
    "spots_event": (SUPERVISES, NOBODY, NOBODY),
    "spots_firing": (SUPERVISES, NOBODY, NOBODY),
    "spots_importantplace": (ADMIN, ADMIN, ADMIN),
    "spots_ledgerentry": (SUPERVISES, NOBODY, NOBODY),
    "spots_fixcheck": (ADMIN, NOBODY, NOBODY),
    "spots_import": (ADMIN, ADMIN, NOBODY),
    "spots_ladder": (SUPERVISES, ADMIN, ADMIN),
    "spots_latereason": (ADMIN, ADMIN, ADMIN),
    "spots_learntbaseline": (LEARNS, NOBODY, NOBODY),
    "spots_networkevent": (EVERYBODY, ADMIN, ADMIN),
    "spots_notice": (EVERYBODY, NOBODY, NOBODY),  # each their own
    "spots_policy": (SUPERVISES, ADMIN, ADMIN),
    "spots_priorityweights": (ADMIN, ADMIN, NOBODY),
    "spots_recomputation": (ADMIN, NOBODY, NOBODY),
    "spots_routingrule": (ADMIN, ADMIN, ADMIN),
    "spots_singlecase": (KNOWS_CUSTOMERS, NOBODY, NOBODY),
    "spots_singlerule": (ADMIN, NOBODY, NOBODY),
    "spots_site": (EVERYBODY, ADMIN, ADMIN),
    "spots_spot": (EVERYBODY, NOBODY, NOBODY),
    "spots_suggestionoutcome": (COUNTS, NOBODY, NOBODY),
    "spots_team": (ADMIN, ADMIN, ADMIN),
    "spots_trial": (COUNTS, NOBODY, NOBODY),
    "spots_workingtime": (ADMIN, ADMIN, ADMIN),
}

# Every other page: who may, how it is asked, and with what in its address.
PAGES: dict[str, tuple[frozenset[str], str, tuple[object, ...]]] = {
    "admin:app_list": (EVERYBODY, "get", ("spots",)),
    "admin:auth_user_password_change": (ADMIN, "get", ("USER",)),
    "admin:complaints_complaintimport_columns": (ADMIN, "post", ("FILE OF COMPLAINTS",)),
    "admin:complaints_complaintimport_move": (ADMIN, "post", ("FILE OF COMPLAINTS", "cancel")),
    "admin:complaints_complaintimport_progress": (ADMIN, "get", ("FILE OF COMPLAINTS",)),
    "admin:complaints_complaintimport_refused": (ADMIN, "get", ("FILE OF COMPLAINTS",)),
    "admin:complaints_numberrange_import": (ADMIN, "get", ()),
    "admin:complaints_ownnumber_import": (ADMIN, "get", ()),
    "admin:complaints_unplacedcomplaint_suggest": (PLACES, "post", ()),
    "admin:feedback_comment_correct": (DISPATCHES | ADMIN, "post", ("COMMENT",)),
    "admin:feedback_announcement_step": (
        KNOWS_CUSTOMERS,
        "post",
        ("BATCH", "start"),
    ),  # refused inside
    "admin:feedback_followup_move": (
        KNOWS_CUSTOMERS,
        "post",
        ("FOLLOWUP", "take"),
    ),  # refused inside
    "admin:feedback_incomingtext_do": (ADMIN | REVEALS, "post", ("TEXT", "seen")),
    "admin:feedback_invitation_why": (KNOWS_CUSTOMERS, "post", ()),
    "admin:feedback_gift_codes": (ADMIN, "get", ("GIFT",)),
    "admin:feedback_survey_ready": (ADMIN, "get", ("SURVEY",)),
    "admin:feedback_gift_used": (ADMIN, "get", ("GIFT",)),
    "admin:feedback_askedgift_decide": (ADMIN | REVEALS, "post", ("ASKED",)),  # refused inside
    "admin:feedback_given_code": (ADMIN | REVEALS, "post", ("GIVEN",)),  # refused inside
    "admin:feedback_given_give": (REVEALS, "get", ("CUSTOMER",)),
    "admin:feedback_given_report": (SUPERVISES, "get", ()),
    "admin:feedback_insight_board": (EVERYBODY, "get", ()),
    "admin:feedback_insight_move": (EVERYBODY, "post", ("INSIGHT", "take")),  # refused inside
    "admin:feedback_insight_raise": (EVERYBODY, "get", ()),
    "admin:feedback_insight_vote": (EVERYBODY, "post", ("INSIGHT",)),
    "admin:feedback_survey_preview": (ADMIN, "post", ()),
    "admin:heatmaps_project_digest_open": (NOBODY, "get", (1, "html")),  # its reader alone
    "admin:heatmaps_project_proposal_decide": (
        COUNTS,
        "post",
        ("PLACE", "study"),
    ),  # refused inside
    "admin:heatmaps_project_proposal_file": (COUNTS, "get", ("csv",)),
    "admin:heatmaps_project_proposal_scenario": (COUNTS, "get", ()),
    "admin:feedback_template_preview": (ADMIN, "post", ()),
    "admin:password_change": (EVERYBODY, "get", ()),
    "admin:password_change_done": (EVERYBODY, "get", ()),
    "admin:search": (EVERYBODY, "get", ()),
    "admin:spots_detectionrule_try": (COUNTS, "get", ("RULE",)),
    "admin:spots_spot_columns": (EVERYBODY, "post", ()),
    "admin:spots_spot_comment": (WORKS, "post", ("SPOT",)),
    "admin:spots_spot_tie": (WORKS, "post", ("SPOT",)),
    "admin:spots_spot_complex": (WORKS, "post", ("SPOT",)),
    "admin:spots_spot_file": (EVERYBODY, "get", ("SPOT", "FILE")),
    "admin:spots_spot_fresh": (EVERYBODY, "post", ()),
    "admin:spots_spot_life": (EVERYBODY, "get", ()),
    "admin:spots_policy_move": (ADMIN, "get", ("POLICY", "up")),
    "admin:spots_policy_try": (ADMIN, "post", ()),
    "admin:spots_routingrule_try": (ADMIN, "post", ()),
    "admin:spots_import_move": (ADMIN, "post", ("IMPORT", "stop")),
    "admin:spots_import_progress": (ADMIN, "get", ("IMPORT",)),
    "admin:spots_import_refused": (ADMIN, "get", ("IMPORT",)),
    "admin:spots_spot_move": (EVERYBODY, "post", ("SPOT", "fix")),  # the move itself is refused
    "admin:spots_spot_regroup": (DISPATCHES, "get", ("SPOT",)),
    "admin:spots_spot_undo": (DISPATCHES, "post", ("SPOT", "SPLIT")),
    "admin:spots_singlecase_answer": (KNOWS_CUSTOMERS, "post", ("SINGLE",)),  # refused inside
    "admin:spots_singlecase_comment": (WORKS, "post", ("SINGLE",)),
    "admin:spots_singlecase_tie": (WORKS, "post", ("SINGLE",)),
    "admin:spots_singlecase_complex": (WORKS, "post", ("SINGLE",)),
    "admin:spots_singlecase_file": (NOBODY, "get", ("SINGLE", "FILE")),  # it is another's file
    "admin:spots_singlecase_fresh": (KNOWS_CUSTOMERS, "post", ()),
    "admin:spots_singlecase_join": (KNOWS_CUSTOMERS, "post", ("SINGLE", "SPOT")),
    "admin:spots_singlecase_make_spot": (KNOWS_CUSTOMERS, "post", ("SINGLE",)),
    "admin:spots_singlecase_move": (KNOWS_CUSTOMERS, "post", ("SINGLE", "fix")),
    "admin:spots_singlecase_save_view": (KNOWS_CUSTOMERS, "post", ()),  # for oneself
    "admin:spots_singlecase_saved_view": (NOBODY, "post", (1, "delete")),  # its owner's alone
    "admin:spots_singlecase_open": (KNOWS_CUSTOMERS, "post", ("COMPLAINT",)),
    "admin:spots_spot_save_view": (EVERYBODY, "post", ()),  # for oneself
    "admin:spots_spot_saved_view": (NOBODY, "post", (1, "delete")),  # its owner's alone
    "admin:spots_notice_acknowledge": (NOBODY, "post", ("NOTICE",)),  # its receiver alone
    "admin:spots_notice_open": (NOBODY, "post", ("NOTICE",)),
    "admin:spots_trial_move": (ADMIN, "post", ("TRIAL", "apply")),
    "admin:spots_trial_progress": (COUNTS, "get", ("TRIAL",)),
    "admin:spots_workingtime_offer": (ADMIN, "post", ()),
    "admin:spots_workingtime_year": (ADMIN, "post", ()),
    "audit": (COUNTS, "get", ()),
    "audit-file": (COUNTS, "get", ("broken", "csv")),
    "audit-report": (COUNTS, "get", ("REPORT",)),
    "audit-report-figures": (COUNTS, "get", ("REPORT",)),
    "audit-report-verify": (COUNTS, "get", ("REPORT",)),
    "audit-reports": (COUNTS, "get", ()),
    "audit-what-if": (COUNTS, "get", ()),
    "board": (EVERYBODY, "get", ()),  # each their own slice: test_board.py
    "board-baseline": (LEARNS, "get", ()),  # who freezes: test_baselines.py
    "base-tile": (EVERYBODY, "get", (9, 309, 159)),
    "data-tile": (EVERYBODY, "get", (9, 309, 159)),
    "emergencies": (ANSWERS_CALLS, "get", ()),
    "emergency": (SUPERVISES, "get", ("ALARM",)),  # and whoever raised it: test_danger.py
    "emergency-raise": (NOBODY, "get", ()),  # of one's own lookup only
    "emergency-step": (SUPERVISES, "post", ("ALARM", "take")),
    "figures": (COUNTS, "get", ()),
    "launches": (COUNTS, "get", ()),
    "listening": (EVERYBODY, "get", ()),
    "lookup": (ANSWERS_CALLS, "get", ()),
    "lookup-act": (NOBODY, "post", ()),  # of one's own lookup only
    "lookup-articles": (ANSWERS_CALLS, "post", ()),
    "lookup-campaign": (NOBODY, "post", ()),  # of one's own lookup only
    "lookup-request": (NOBODY, "post", ()),  # of one's own lookup only
    "lookup-suggest": (ANSWERS_CALLS, "post", ()),
    "lookup-verify": (NOBODY, "post", ()),  # of one's own lookup only
    "lookup-vote": (NOBODY, "post", ("ARTICLE",)),  # it says whether it helped: test_knowledge.py
    "before-after": (COUNTS, "get", ()),
    "manager": (COUNTS, "get", ()),
    "map": (EVERYBODY, "get", ()),
    "map-export": (EVERYBODY, "get", ("geojson",)),
    "map-search": (EVERYBODY, "post", ()),
    "map-spots": (EVERYBODY, "get", ()),
    "acting": (EVERYBODY, "post", ()),
    "map-stay": (EVERYBODY, "post", ()),
    "market": (COUNTS, "get", ()),
    "market-import": (ADMIN, "get", ()),
    "morning": (COUNTS, "get", ()),
    "openness": (EVERYBODY, "get", ()),
    "points": (ANSWERS_CALLS, "get", ()),
    "quality": (COUNTS, "get", ()),
    "review": (SUPERVISES, "get", ("REVIEW",)),
    "reviews": (SUPERVISES, "get", ()),
    "sales": (COUNTS, "get", ()),
    "sales-import": (ADMIN, "get", ()),
    "scorecards": (COUNTS, "get", ()),
    "reveal": (REVEALS, "post", ()),
    "second-factor": (EVERYBODY, "get", ()),  # each their own
    "staffing": (COUNTS, "get", ()),
    "staffing-import": (SUPERVISES, "get", ()),
    "channels": (COUNTS, "get", ()),
    "complexity": (COUNTS, "get", ()),
    "complexity-rows": (COUNTS, "get", ()),
    "dealers": (COUNTS, "get", ()),
    "topics": (COUNTS, "get", ()),
    "value": (COUNTS, "get", ()),
    "value-staying": (COUNTS, "get", ()),
    "value-import": (ADMIN, "get", ()),
    "wall": (COUNTS, "get", ()),
    "wall-numbers": (COUNTS, "get", ()),
    "wall-rows": (COUNTS, "get", ("missed",)),
}
# Open to those without an account, by design; the last three ask for a client's own token.
OPEN = {
    "admin:jsi18n",
    "admin:index",  # leads to "home"
    "admin:login",
    "admin:logout",
    "complain",  # the public form
    "favicon",
    "inlet",  # signed by who sends
    "health",  # names of parts, and whether they answer
    "health-live",
    "health-ready",
    "home",  # leads to the reader's own first page
    "metrics",  # its token is the key
    "oauth2_provider:revoke-token",
    "oauth2_provider:token",
    "own",  # a customer's page: its token is the key, as of the next
    "own-enter",  # a code is
    "own-start",
    "panel",  # in a CRM's page: a token again
    "panel-act",
    "panel-campaign",
    "panel-request",
    "provider",  # leads to the provider of identities, where the settings name one
    "provider-back",
    "provider-out",
    "second-factor-set-up",  # whoever has given their password, as of the next but one
    "sign-in",  # what stands at admin:login
    "sign-in-code",
    "sign-out",  # what stands at admin:logout
    "survey",  # a customer's page: its token is the key
    "set_language",
    "api-docs",
    "api-schema",
}
MACHINES = {
    "api-complaint": (1,),
    "api-complaint-events": (1,),
    "api-complaints": (),
    "api-complaints-batch": (),
    "api-answers": (),
    "api-feedback": (),
    "api-touches": (),
    "api-customer": (1,),
    "api-customer-consent": (1,),
    "api-customers": (),
    "api-customers-find": (),
    "api-lookup": (),
    "api-lookup-attach": (),
    "api-lookup-link": (),
    "api-lookup-panel": (),
    "api-followup": (1,),
    "api-followup-result": (1,),
    "api-followups": (),
    "api-request": (1,),
    "api-request-state": (1,),
    "api-requests": (),
    "api-network-event": (1,),
    "api-network-events": (),
    "api-receipts": ("no-such-token",),
    "api-spot": (1,),
    "api-spot-moves": (1,),
    "api-spots": (),
    "api-webhook": (1,),
    "api-webhook-ping": (1,),
    "api-webhook-rotate": (1,),
    "api-webhooks": (),
    "tmf-acknowledge": (),
    "tmf-event-record": (1,),
    "tmf-event-records": (),
    "tmf-group": (),
    "tmf-problem": (1,),
    "tmf-problems": (),
    "tmf-serviceProblemManagement-hub": (),
    "tmf-serviceProblemManagement-listener": (1,),
    "tmf-ticket": (1,),
    "tmf-tickets": (),
    "tmf-troubleTicket-hub": (),
    "tmf-troubleTicket-listener": (1,),
    "tmf-unacknowledge": (),
    "tmf-ungroup": (),
}
# Asked with parameters that name a table; tried in test_walls.py.
ELSEWHERE = {"admin:autocomplete", "admin:view_on_site"}


@pytest.fixture(name="scene")
def _scene() -> Scene:
    scene = make_scene()
    make_event(scene.spot, "attached", facts={"complaints": 1})
    make_policy(1, band=1)  # with which another may change places
    return scene


def address_of(name, scene):
    _roles, _method, arguments = PAGES[name]
    known = {
        "ALARM": scene.alarm.pk,
        "ARTICLE": scene.rows["heatmaps_project_article"].pk,
        "COMMENT": scene.rows["feedback_comment"].pk,
        "BATCH": scene.rows["feedback_announcement"].pk,
        "COMPLAINT": scene.rows["complaints_complaint"].pk,
        "CUSTOMER": scene.rows["complaints_customer"].pk,
        "FILE OF COMPLAINTS": scene.rows["complaints_complaintimport"].pk,
        "FILE": scene.file.pk,
        "FOLLOWUP": scene.rows["feedback_followup"].pk,
        "GIFT": scene.rows["feedback_gift"].pk,
        "SURVEY": scene.rows["feedback_survey"].pk,
        "ASKED": scene.rows["feedback_askedgift"].pk,
        "GIVEN": scene.rows["feedback_given"].pk,
        "INSIGHT": scene.rows["feedback_insight"].pk,
        "IMPORT": scene.rows["spots_import"].pk,
        "NOTICE": scene.notice.pk,
        "PLACE": scene.rows["heatmaps_project_proposal"].pk,
        "POLICY": scene.rows["spots_policy"].pk,
        "REPORT": scene.report.pk,
        "REVIEW": scene.review.pk,
        "RULE": scene.rows["spots_detectionrule"].pk,
        "SPLIT": scene.spot.events.get(kind="attached").pk,
        "SINGLE": scene.rows["spots_singlecase"].pk,
        "SPOT": scene.spot.pk,
        "TEXT": scene.rows["feedback_incomingtext"].pk,
        "TRIAL": scene.rows["spots_trial"].pk,
        "USER": scene.rows["heatmaps_project_user"].pk,
    }
    return reverse(name, args=[known.get(argument, argument) for argument in arguments])


def pages_of(table, scene):
    """(address, who may) of a table's own pages; some of them have not all."""
    sees, adds, deletes = TABLES[table]
    yield reverse(f"admin:{table}_changelist"), sees
    if table in ("spots_spot", "spots_singlecase"):
        yield reverse(f"admin:{table}_change", args=[scene.rows[table].pk]), sees
        return
    yield reverse(f"admin:{table}_add"), adds
    if row := scene.rows.get(table):
        yield reverse(f"admin:{table}_change", args=[row.pk]), sees
        yield reverse(f"admin:{table}_history", args=[row.pk]), sees
        yield reverse(f"admin:{table}_delete", args=[row.pk]), deletes


def test_every_page_is_in_the_tables():
    assert sorted(TABLES) == MODELS
    assert sorted({*PAGES, *OPEN, *MACHINES, *ELSEWHERE}) == names()
    assert unnamed_routes() == []


@pytest.mark.parametrize("role", Role.values)
def test_a_role_opens_its_own_pages_and_no_others(role, scene):
    reader = make_user(role)
    expected, seen = {}, {}
    for table in TABLES:
        for address, roles in pages_of(table, scene):
            expected[address], seen[address] = role in roles, answered(reader, address)
    for name, (roles, method, _arguments) in PAGES.items():
        address = address_of(name, scene)
        expected[address], seen[address] = role in roles, answered(reader, address, method)

    wrong = {address: seen[address] for address in seen if seen[address] != expected[address]}
    assert wrong == {}


def test_an_address_narrows_a_list_by_the_filters_beside_it_alone(signed_in):
    """A reader who asks for what a page hides by halves finds it: a debt, where one lives."""
    make_complaint(customer=make_customer(debt=700))
    asked = {
        "complaints/customer": ("debt__gt=600", "pk__in=1,2", "phone_index__isnull=0"),
        "complaints/complaint": ("point__isnull=0", "customer__debt__gt=600", "text__gt=a"),
        "feedback/message": ("text__isnull=0", "key__isnull=0"),
    }
    client = signed_in("engineer")
    answers = {
        f"{table}?{query}": client.get(f"/admin/{table}/?{query}").status_code
        for table, queries in asked.items()
        for query in queries
    }
    assert set(answers.values()) == {400}, answers

    request = client.get("/admin/complaints/complaint/").wsgi_request
    columns = {"customer": ["brand", "brand__id__exact"], "complaint": ["placing__exact"]}
    for page in (one for one in admin.site._registry.values() if isinstance(one, ModelAdmin)):
        shown = {str(one) for one in page.list_filter}
        hidden = {field.name for field in page.model._meta.concrete_fields} - shown
        allowed = {name for name in hidden if page.lookup_allowed(f"{name}__gte", "1", request)}
        assert allowed <= {page.date_hierarchy, *_first_of_pairs(page.list_filter)}, page
        for lookup in columns.get(page.model._meta.model_name, ()):
            assert page.lookup_allowed(lookup, "1", request), (page, lookup)


def test_an_address_that_nobody_could_click_is_no_failure(signed_in):
    client = signed_in("administrator")
    asked = {
        "complaints/complaint/?placing__exact=%00": 400,
        "feedback/department/add/?lead=a": 200,
        "spots/team/add/?members=1,b": 200,
        "feedback/giftrule/add/?since=a": 200,
        "spots/absence/add/?since=2026-01-01": 200,
    }
    assert {at: client.get(f"/admin/{at}").status_code for at in asked} == asked


def _first_of_pairs(filters):
    named = {getattr(one, "parameter_name", "") for one in filters}
    return named | {one[0] for one in filters if isinstance(one, tuple)}


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(AnonymousUser(), id="nobody"),
        pytest.param(User(role="dispatcher", is_active=False, is_staff=True), id="left us"),
        pytest.param(User(role="", is_active=True), id="without a role"),
        pytest.param(User(role="dispatcher", is_active=True, is_staff=False), id="off the staff"),
    ],
)
def test_whoever_is_not_of_the_staff_opens_nothing(reader, scene):
    if isinstance(reader, User):
        reader.username = "stranger"
        reader.save()
    addresses = {address: "get" for table in TABLES for address, _ in pages_of(table, scene)}
    addresses |= {address_of(name, scene): method for name, (_, method, _) in PAGES.items()}

    opened = [address for address, method in addresses.items() if answered(reader, address, method)]

    own = {reverse("admin:password_change"), reverse("admin:password_change_done")}
    assert set(opened) - (own if reader.is_authenticated else set()) == set()


def test_between_the_password_and_the_code_nothing_opens(scene, client, settings):
    settings.SECOND_FACTOR_ROLES = ["all"]
    addresses = {address: "get" for table in TABLES for address, _ in pages_of(table, scene)}
    addresses |= {address_of(name, scene): method for name, (_, method, _) in PAGES.items()}
    addresses |= {reverse(name, args=arguments): "get" for name, arguments in MACHINES.items()} | {
        reverse("admin:autocomplete"): "get",
        reverse("admin:index"): "get",
        reverse("home"): "get",
    }
    user = make_user("administrator", password="a long password", is_superuser=True)
    given = {"username": user.username, "password": "a long password"}

    for has_factor in (False, True):
        User.objects.filter(pk=user.pk).update(second_factor_at=NOW if has_factor else None)
        second = client.post(reverse("admin:login"), given)["Location"]
        assert client.get(second).status_code == 200  # the step itself
        answers = {
            address: getattr(client, method)(address) for address, method in addresses.items()
        }
        opened = {address for address, answer in answers.items() if not is_shut(answer)}
        assert opened == set()
    assert len(addresses) > 300


def is_shut(answer):
    """Refused, or led to the first step (the way of `home` and of tiles, too)."""
    led = answer.get("Location", "")
    to_sign_in = led.startswith((reverse("admin:login"), reverse("admin:spots_spot_changelist")))
    return answer.status_code in {401, 403, 404, 405} or (answer.status_code == 302 and to_sign_in)


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_api_answers_only_to_a_token(client: Client, signed_in, name, method):
    address = reverse(name, args=MACHINES[name])
    signed_in("administrator")  # a session is no token

    answer = getattr(client, method)(address, content_type="application/json")
    assert answer.status_code in {401, 405}
