"""The public form in a real browser, which says of each form where it comes from."""

import pytest
from django.urls import reverse

from complaints.models import Complaint
from tests.browser import opened
from tests.factories import make_brand, make_topic

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_browser_sends_the_form_and_its_complaint_is_taken(live_server):
    make_brand(), make_topic()
    with opened(live_server) as page:
        page.goto(reverse("complain", args=["demo"]) + "?lang=en")
        page.select_option("[name=topic]", "no_signal")
        page.fill("[name=address]", "Мытищи, ул. Полевая, 5")
        page.fill("[name=phone]", "8 926 000 00 01")
        with page.expect_response("**/complain/**") as heard:
            page.click("button[type=submit]")
        assert heard.value.status == 200
    assert Complaint.objects.get().address == "Мытищи, ул. Полевая, 5"
