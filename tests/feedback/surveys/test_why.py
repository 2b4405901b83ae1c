"""Why was this customer not asked? Every survey gives its answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from complaints.customers.personal import blind_index
from complaints.models import OptOut
from feedback.surveys import transitions
from feedback.surveys.transitions.deciding import take_due
from feedback.surveys.why import answered
from heatmaps_project.models import Look
from tests.factories import (
    NOW,
    make_brand,
    make_customer,
    make_region,
    make_survey,
    make_touch,
    make_user,
)

pytestmark = pytest.mark.django_db
WHY = reverse("admin:feedback_invitation_why")
PHONE = "+79161234512"


@pytest.fixture
def customer():
    return make_customer(crm_id="crm-7", phone=PHONE, phone_index=blind_index(PHONE))


def why_not(customer, survey) -> str:
    (about,) = answered(customer.crm_id, walls=make_user().walls, now=NOW)
    verdict = next(one for one in about.verdicts if one.survey == survey)
    return verdict.invitation.skipped if verdict.invitation else verdict.why


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        pytest.param({"active": False}, "switched off", id="off"),
        pytest.param({"segment": "vip"}, "another segment", id="segment"),
        pytest.param({"touch_point": "call"}, "no such event", id="no event"),
    ],
)
def test_a_survey_that_had_no_occasion_says_why(customer, survey, said):
    make_touch(customer=customer)

    with override("en"):
        assert said in why_not(customer, make_survey("touch", **survey))


def test_a_survey_that_passed_somebody_over_says_for_which_other(customer):
    first, second = make_survey("touch", rank=1), make_survey("touch", rank=2)
    make_touch(customer=customer)
    transitions.find(now=NOW)
    take_due(limit=10, now=NOW)

    (about,) = answered(PHONE, walls=make_user().walls, now=NOW)

    by_survey = {one.survey: one for one in about.verdicts}
    assert by_survey[second].invitation.skipped == "quarantine"
    assert str(by_survey[first].invitation.pk) in by_survey[second].why


def test_the_page_names_obstacles_and_shows_no_phone(signed_in, customer):
    OptOut.objects.create(customer=customer, purpose="survey", at=NOW, told_by="sms")
    make_survey("touch")

    page = signed_in("supervisor").post(WHY, {"who": "8 916 123-45-12"}).content.decode()

    assert "7 916 ***-**-12" in page
    assert "figures-warn" in page


def test_a_customer_of_another_brand_is_not_there(client, customer):
    reader = make_user("supervisor", everywhere=False)
    reader.brands.add(make_brand("rival"))
    reader.regions.add(make_region())
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")

    assert client.post(WHY, {"who": customer.crm_id}).context["found"] == []


def test_the_queries_do_not_grow_with_invitations(customer):
    counts, walls = [], make_user().walls
    for day in range(3):
        make_survey("touch")
        make_touch(customer=customer, at=NOW - timedelta(hours=day))
        transitions.find(now=NOW)
        with CaptureQueriesContext(connection) as queries:
            answered(customer.crm_id, walls=walls, now=NOW)
        counts.append(len(queries))

    assert len(set(counts)) == 1


def test_whoever_asks_by_a_phone_has_looked_at_its_owner(customer, signed_in, settings):
    settings.REVEAL_QUOTA_PER_HOUR = 1
    engineer = make_user("engineer", language="en")
    client = signed_in(engineer)

    client.get(WHY)
    client.post(WHY, {"who": "+79990000000"})
    assert not Look.objects.exists()
    assert client.post(WHY, {"who": PHONE}).context["found"]

    look = Look.objects.get()
    assert (look.by, look.subject, look.field) == (engineer, f"customer {customer.pk}", "survey")
    refused = client.post(WHY, {"who": PHONE})
    assert not refused.context["found"] and "that is the most" in refused.content.decode()


def test_whoever_has_no_look_left_is_not_told_whose_a_phone_is(signed_in, customer, settings):
    settings.REVEAL_QUOTA_PER_HOUR = 1
    client = signed_in("dispatcher")
    client.post(WHY, {"who": PHONE})

    pages = [client.post(WHY, {"who": who}) for who in (PHONE, "+79167654321")]

    said = [[str(one) for one in page.context["messages"]] for page in pages]
    assert said[0] == said[1] != []
    assert [page.context["found"] for page in pages] == [[], []]
    assert client.get(WHY).status_code == 200
