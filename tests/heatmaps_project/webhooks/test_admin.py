"""Administrators see what was given up, and send it again."""

from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from heatmaps_project.webhooks.models import Delivery, Subscription
from tests.factories import make_api_client, make_brand, make_delivery, make_subscription, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(name="staff")
def _staff(client) -> Client:
    client.force_login(make_user("administrator"))
    return client


def run(staff, model, action, row):
    address = reverse(f"admin:heatmaps_project_{model}_changelist")
    return staff.post(address, {"action": action, "_selected_action": [row.pk]}, follow=True)


def test_what_was_given_up_is_sent_again(staff):
    dead = make_delivery(make_subscription(), state="dead", attempts=30)

    assert run(staff, "delivery", "send_again", dead).status_code == 200

    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("planned", 0)


@pytest.mark.parametrize("action", ["pause", "go_on", "ping"])
def test_a_webhook_is_paused_goes_on_and_is_tried(staff, action):
    row = make_subscription(active=action != "go_on")

    assert run(staff, "subscription", action, row).status_code == 200

    row.refresh_from_db()
    assert row.active == (action != "pause")
    assert Delivery.objects.count() == (action == "ping")
    assert LogEntry.objects.filter(object_id=row.pk).count() == (action != "ping")


def test_a_webhooks_page_shows_its_last_deliveries_and_never_its_secret(staff):
    row = make_subscription()
    for n in range(30):
        make_delivery(row, subject=f"case:{700 + n}")

    page = staff.get(reverse("admin:heatmaps_project_subscription_change", args=[row.pk]))

    text = page.content.decode()
    assert "case:729" in text
    assert "case:705" not in text
    assert Subscription.objects.get().secret not in text


def test_lists_ask_as_often_with_many_rows(staff, django_assert_max_num_queries):
    for _ in range(3):
        make_delivery(make_subscription())
    for model in ("subscription", "delivery"):
        with django_assert_max_num_queries(15):
            staff.get(reverse(f"admin:heatmaps_project_{model}_changelist"))


def test_a_webhook_is_entered_for_a_client_and_its_secret_shown_once(staff):
    add = reverse("admin:heatmaps_project_subscription_add")
    sent = {
        "client": make_api_client().pk,
        "brand": make_brand().pk,
        "url": "https://crm.example.org/hook",
        "events": ["spot.fixed"],
    }
    assert staff.get(add).status_code == 200
    few = make_api_client("few")
    few.scopes = "webhooks:manage"
    few.save()
    refused = staff.post(add, {**sent, "client": few.pk}).content.decode()
    assert "Чтобы об этом сообщали, клиенту нужны: spots:read." in refused
    for wrong in ({"url": "https://10.0.0.1/"}, {"brand": make_brand("rival").pk}, {"events": []}):
        staff.post(add, {**sent, **wrong})
    assert not Subscription.objects.exists()

    page = staff.post(add, sent, follow=True).content.decode()

    row = Subscription.objects.get()
    assert (row.events, row.active, row.face) == (["spot.fixed"], True, "")
    assert row.secret in unescape(page)
    one = reverse("admin:heatmaps_project_subscription_change", args=[row.pk])
    assert row.secret not in unescape(staff.get(one).content.decode())
    run(staff, "subscription", "rotate", row)
    assert Subscription.objects.get().old_secret == row.secret
