"""Staff, machines and the frame round their pages."""

import base64

import pytest
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.forms import SelectMultiple
from django.urls import reverse

from complaints.admin_theme import ModelAdmin
from heatmaps_project.models import ApiClient, Look, User
from heatmaps_project.navigation import SIDEBAR
from heatmaps_project.sidebar import sidebar
from tests.factories import NOW, make_brand, make_user

pytestmark = pytest.mark.django_db

ROLES = ("agent", "dispatcher", "engineer", "supervisor", "planner", "administrator")


def test_every_line_of_the_side_bar_leads_somewhere():
    for _, items in SIDEBAR:
        for item in items:
            assert reverse(item.view), item.view


@pytest.mark.parametrize("role", ROLES)
def test_everything_in_ones_own_side_bar_opens(signed_in, rf, role):
    user = make_user(role)
    client, request = signed_in(user), rf.get("/")
    request.user = user

    for group in sidebar(request):
        for line in group["items"]:
            assert client.get(line["link"]).status_code == 200, line["link"]


@pytest.mark.parametrize("role", ROLES)
def test_a_day_begins_with_the_page_of_ones_role(client, role):
    user = make_user(role, password="a long password")

    answer = client.post(
        "/admin/login/", {"username": user.username, "password": "a long password"}, follow=True
    )

    first = {"agent": "/lookup/", "supervisor": "/morning/"}
    first["planner"] = "/admin/heatmaps_project/proposal/"
    begins = first.get(role, "/admin/spots/spot/")
    assert answer.redirect_chain[-1][0] == begins
    assert answer.status_code == 200

    by_the_name = client.get(reverse("admin:index"), follow=True)  # in the corner of every page
    assert by_the_name.redirect_chain[-1][0] == begins


def test_no_click_unchooses_the_others_of_many(rf):
    request = rf.get("/")
    request.user = make_user("administrator")
    chosen_by_keys = [
        (model.__name__, name)
        for model, page in admin.site._registry.items()
        if page.has_add_permission(request)
        for name, field in page.get_form(request).base_fields.items()
        if isinstance(widget := getattr(field.widget, "widget", field.widget), SelectMultiple)
        and not isinstance(widget, AutocompleteSelectMultiple)
    ]
    assert chosen_by_keys == []


def test_an_engineer_sees_work_and_customers_but_no_settings(rf):
    request = rf.get("/")
    request.user = make_user("engineer")

    links = [line["link"] for group in sidebar(request) for line in group["items"]]

    assert "/admin/spots/spot/" in links
    assert not any("routingrule" in link or "/user/" in link for link in links)


def test_a_language_is_chosen_once_and_kept_with_the_user(signed_in):
    user = make_user("dispatcher", language="ru")
    client = signed_in(user)

    client.post("/language/", {"language": "en", "next": "/admin/"})

    user.refresh_from_db()
    assert user.language == "en"
    assert '<html lang="en"' in client.get("/admin/spots/spot/").content.decode()
    client.post("/language/", {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "en"


@pytest.mark.parametrize("page", ["user", "apiclient", "look"])
@pytest.mark.parametrize("role", ROLES)
def test_only_an_administrator_sees_staff_and_machines(signed_in, role, page):
    answer = signed_in(role).get(f"/admin/heatmaps_project/{page}/")

    assert answer.status_code == (200 if role == "administrator" else 403)


def test_a_new_member_of_staff_can_sign_in(signed_in, client):
    password = "a-good-long-password"
    given = {"username": "new", "role": "engineer", "usable_password": "true"}
    answer = signed_in("administrator").post(
        "/admin/heatmaps_project/user/add/",
        {**given, "password1": password, "password2": password},
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    client.logout()

    client.post("/admin/login/", {"username": "new", "password": password})

    assert client.get("/admin/spots/spot/").status_code == 200


def test_an_administrator_changes_rights_but_not_of_who_stands_above(signed_in):
    engineer, owner = make_user("engineer"), make_user("administrator", is_superuser=True)
    client = signed_in("administrator")
    page = "/admin/heatmaps_project/user/{}/change/"
    given = {"role": "dispatcher", "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    good = client.post(
        page.format(engineer.pk),
        {"username": "e", **given, "brands": [make_brand().pk], "time_zone": "Asia/Omsk"},
    )
    bad = client.post(page.format(engineer.pk), {"username": "e", **given, "time_zone": "Mars"})
    client.post(page.format(owner.pk), {"username": "mine", **given})

    engineer.refresh_from_db()
    owner.refresh_from_db()
    assert (good.status_code, bad.status_code) == (302, 200)
    assert (engineer.role, engineer.is_superuser) == ("dispatcher", False)
    assert (owner.username == "mine", User.objects.filter(pk=owner.pk).exists()) == (False, True)


def test_a_machines_secret_is_shown_once_and_kept_as_a_hash(signed_in):
    given = {
        "name": "CRM",
        "source": "crm",
        "scopes": ["complaints:write", "spots:read"],
        "brands": [make_brand().pk],
    }
    client = signed_in("administrator")

    answer = client.post("/admin/heatmaps_project/apiclient/add/", given, follow=True)

    machine = ApiClient.objects.get()
    text = str(next(iter(answer.context["messages"])))
    secret = text.rpartition(" : ")[2]
    assert machine.client_id in text
    assert len(secret) > 60
    assert secret not in machine.client_secret
    assert machine.scopes == "complaints:write spots:read"
    token = client.post(
        "/oauth/token/",
        {"grant_type": "client_credentials", "scope": "complaints:write"},
        headers={"authorization": _basic(machine.client_id, secret)},
    )
    assert token.status_code == 200, token.content
    page = client.get(f"/admin/heatmaps_project/apiclient/{machine.pk}/change/")
    assert secret not in page.content.decode()


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_tokens_and_grants_are_not_in_the_admin(signed_in):
    client = signed_in(make_user("administrator", is_superuser=True))

    for model in ("accesstoken", "refreshtoken", "grant", "idtoken"):
        assert client.get(f"/admin/oauth2_provider/{model}/").status_code == 404


def test_the_record_of_looks_is_written_by_nobody(signed_in):
    owner = make_user("administrator", is_superuser=True)
    look = Look.objects.create(by=owner, at=NOW, subject="customer 1", field="phone", reason="x")
    client = signed_in(owner)

    client.post(f"/admin/heatmaps_project/look/{look.pk}/delete/", {"post": "yes"})
    client.post(f"/admin/heatmaps_project/look/{look.pk}/change/", {"reason": "y"})

    assert Look.objects.get().reason == "x"


def test_what_names_no_row_is_no_error_of_ours(signed_in):
    client = signed_in("administrator")
    actions = reverse("admin:feedback_gateway_changelist")
    department = {"name_ru": "x", "name_en": "x", "lead": "a"}
    outlines = ('{"a":1}', '{"type":"Point"}', "POINT(1e400 2)", "[")

    for ticked in ("x", "\x00"):
        said = {"action": "new_secret", "_selected_action": [ticked]}
        assert client.post(actions, said).status_code == 400
    page = client.post(reverse("admin:feedback_department_add"), department)
    assert "lead" in page.context["adminform"].form.errors
    for outline in outlines:
        page = client.post(reverse("admin:complaints_region_add"), {"outline": outline})
        assert "outline" in page.context["adminform"].form.errors


def test_a_form_has_no_more_rows_than_anybody_fills_in(signed_in):
    counts = {f"questions-{name}_FORMS": 0 for name in ("INITIAL", "MIN_NUM", "MAX_NUM")}
    said = {**counts, "questions-TOTAL_FORMS": 10**9}

    page = signed_in("administrator").post(reverse("admin:feedback_survey_add"), said)

    [questions] = page.context["inline_admin_formsets"]
    assert questions.formset.total_form_count() == 100
    assert questions.formset.non_form_errors()


@pytest.mark.parametrize("page", ["x", "99", "-1"])
def test_a_page_of_what_is_searched_for_that_is_not_there_is_none(signed_in, page):
    answer = signed_in("agent").get(reverse("admin:search"), {"s": "spot", "page": page})

    assert answer.status_code == 404


def test_a_list_is_searched_for_as_many_words_as_a_person_types(rf):
    request, beyond = rf.get("/"), "a " * 10 + "b " * 1000
    request.user = make_user("administrator")
    checked, at_length = [], []
    for model, page in admin.site._registry.items():
        if not (isinstance(page, ModelAdmin) and page.get_search_fields(request)):
            continue  # a list of a library's own, of one table, is an administrator's
        checked.append(model.__name__)
        found, _ = page.get_search_results(request, model._default_manager.all(), beyond)
        few, _ = page.get_search_results(request, model._default_manager.all(), "a " * 10)
        if len(str(found.query)) > len(str(few.query)) + len(beyond):
            at_length.append(model.__name__)

    assert {"Invitation", "Customer", "Lookup"} <= set(checked)
    assert at_length == []
