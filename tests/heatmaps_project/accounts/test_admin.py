"""Staff, machines and the record of looks, in the admin."""

import base64
import logging
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from heatmaps_project.accounts.calls import counting
from heatmaps_project.models import ApiClient, CallCount, Look, User
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_customer,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db

CLIENTS = reverse("admin:heatmaps_project_apiclient_changelist")
NEW_CLIENT = {
    "name": "CRM",
    "source": "crm",
    "scopes": ["complaints:write", "lookup:read"],
}


def token(client, client_id, secret):
    """What the token endpoint answers to a client's id and secret."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return client.post(
        "/oauth/token/",
        {"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}"},
    )


def secret_shown(response):
    texts = [str(message) for message in get_messages(response.wsgi_request)]
    (text,) = [text for text in texts if " : " in text]
    return text.rpartition(" : ")[2]


def made(browser):
    walls = {"brands": [make_brand().pk], "regions": [make_region().pk]}
    response = browser.post(
        reverse("admin:heatmaps_project_apiclient_add"), {**NEW_CLIENT, **walls}
    )
    return ApiClient.objects.get(), secret_shown(response)


def test_a_new_machine_gets_a_secret_that_is_shown_once_and_works(signed_in, client):
    machine, secret = made(signed_in("administrator"))

    assert machine.client_secret != secret  # a hash
    assert machine.scopes == "complaints:write lookup:read"
    assert token(client, machine.client_id, secret).status_code == 200
    page = client.get(CLIENTS)
    page = client.get(CLIENTS)
    assert secret not in page.content.decode()


def test_a_rotated_secret_ends_the_old_one_and_its_tokens(signed_in, client):
    browser = signed_in("administrator")
    machine, old = made(browser)
    token(client, machine.client_id, old)
    browser.get(CLIENTS)  # the old secret is shown, and gone

    response = browser.post(CLIENTS, {"action": "replace_secret", "_selected_action": [machine.pk]})

    assert machine.accesstoken_set.count() == 0
    assert token(client, machine.client_id, old).status_code == 401
    secret = secret_shown(response)
    assert token(client, machine.client_id, secret).status_code == 200


def test_a_secret_rotated_with_an_overlap_leaves_the_old_one_a_day(signed_in, client):
    browser = signed_in("administrator")
    machine, old = made(browser)
    browser.get(CLIENTS)
    response = browser.post(CLIENTS, {"action": "rotate_secret", "_selected_action": [machine.pk]})
    secret = secret_shown(response)

    def works(*secrets):
        return [token(client, machine.client_id, one).status_code for one in secrets]

    assert works(old, secret, "wrong") == [200, 200, 401]
    past = timezone.now() - timedelta(seconds=1)
    ApiClient.objects.update(old_secret_until=past)
    assert works(old, secret) == [401, 200]


@pytest.mark.parametrize(
    ("set_", "status"),
    [
        ({}, 200),
        ({"networks": "10.0.0.0/8 127.0.0.1"}, 200),
        ({"networks": "10.0.0.0/8"}, 401),
        ({"expires_at": NOW.replace(year=2100)}, 200),
        ({"expires_at": NOW.replace(year=2020)}, 401),
    ],
)
def test_a_machine_is_let_in_from_its_networks_until_it_expires(client, set_, status):
    machine = make_api_client()
    header = bearer(machine)
    ApiClient.objects.update(**set_)

    assert client.get("/api/v1/spots/", headers=header).status_code == status
    assert token(client, "crm-id", "crm-secret").status_code == status


def test_the_page_of_a_machine_tells_its_last_calls_and_what_was_refused(signed_in, client):
    machine = make_api_client()
    header = bearer(machine, "spots:read")
    for address in ("/api/v1/spots/", "/api/v1/spots/77", "/api/v1/complaints/?text=secret"):
        client.get(address, headers=header)

    browser = signed_in("administrator")
    page = browser.get(
        reverse("admin:heatmaps_project_apiclient_change", args=[machine.pk])
    ).content.decode()
    [shown] = browser.get(CLIENTS).context["cl"].result_list

    assert "api/v1/spots/&lt;int:pk&gt;" in page
    assert "api/v1/complaints" in page
    assert "?text" not in page
    assert set(CallCount.objects.values_list("status", "times")) == {(200, 1), (403, 1), (404, 1)}
    assert (shown.refused, shown.last_at) == (2, CallCount.objects.get(status=403).last_at)


def test_however_a_machine_calls_its_methods_they_are_one_row(client):
    header = bearer(make_api_client(), "spots:read")
    for method in ("BREW", "WHEN", "PROPFIND"):
        client.generic(method, "/api/v1/spots/", headers=header)

    [row] = CallCount.objects.all()
    assert (row.method, row.status, row.times) == ("OTHER", 405, 3)


def test_the_log_says_which_machine_changed_what_and_not_what_it_read(client, caplog):
    crm, customer = make_api_client(), make_customer()
    caplog.set_level(logging.INFO, logger=counting.__name__)
    address, header = f"/api/v1/customers/{customer.pk}/", bearer(crm)
    for sent in ('{"phone": "+79261234512"}', '{"colour": "red"}'):
        client.patch(address, sent, "application/json", headers=header)
    client.get(address, headers=header)

    [record] = [one for one in caplog.records if one.name == counting.__name__]
    assert record.getMessage() == f"PATCH {address}: 200"
    assert record.facts == {"client": crm.pk}


def test_a_member_of_staff_is_made_with_a_role_and_can_be_given_walls(signed_in):
    browser = signed_in("administrator")
    password = "a-long-enough-phrase-17"
    person = {"username": "vera", "role": "dispatcher"}
    browser.post(
        reverse("admin:heatmaps_project_user_add"),
        {**person, "password1": password, "password2": password, "usable_password": "true"},
    )

    vera = User.objects.get(username="vera")
    assert (vera.role, vera.is_staff, vera.is_superuser) == ("dispatcher", True, False)
    change = reverse("admin:heatmaps_project_user_change", args=[vera.pk])
    brand, region = make_brand(), make_region()
    answer = browser.post(
        change,
        {
            **person,
            "brands": [brand.pk],
            "regions": [region.pk],
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )

    vera.refresh_from_db()
    assert answer.status_code == 302
    assert (set(vera.walls.brands), set(vera.walls.regions)) == ({brand.pk}, {region.pk})
    assert not vera.is_superuser


def test_an_administrator_does_not_take_over_a_superuser(signed_in):
    owner = make_user("administrator", is_superuser=True)
    browser = signed_in("administrator")

    change = reverse("admin:heatmaps_project_user_change", args=[owner.pk])
    password = reverse("admin:auth_user_password_change", args=[owner.pk])
    assert browser.post(change, {"username": "mine"}).status_code == 403
    assert browser.post(password, {"password1": "x", "password2": "x"}).status_code == 403


def test_looks_are_found_by_who_and_whose_and_never_edited(signed_in):
    by = make_user("supervisor", username="elena")
    look = Look.objects.create(by=by, at=NOW, subject="customer 17", field="phone", reason="call")
    browser = signed_in("administrator")
    address = reverse("admin:heatmaps_project_look_changelist")

    for asked, found in (("elena", 1), ("customer 17", 1), ("igor", 0)):
        assert browser.get(address, {"q": asked}).context["cl"].result_count == found
    change = reverse("admin:heatmaps_project_look_change", args=[look.pk])
    assert browser.post(change, {"reason": "other"}).status_code == 403
    assert signed_in("supervisor").get(address).status_code == 403
