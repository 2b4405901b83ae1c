"""Callers are offered what is meant for them, in so many words, until they have answered."""

from datetime import timedelta

import pytest
import time_machine

from complaints.customers.consent import OptOut
from complaints.customers.personal import blind_index
from heatmaps_project.models import Campaign, CampaignAnswer, Delivery, Lookup
from heatmaps_project.webhooks import transitions as webhooks
from spots.models import CertifiedBrand
from tests.factories import (
    NOW,
    make_brand,
    make_campaign,
    make_certificate,
    make_customer,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db
PHONE = "+79261234512"
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        yield


def caller(**fields):
    return make_customer(phone=PHONE, phone_index=blind_index(PHONE), **fields)


def test_a_caller_is_offered_what_is_for_them_until_they_have_answered(signed_in):
    make_subscription(events=["campaign.answered"], created_at=NOW - DAY)
    webhooks.plan(now=NOW)
    customer, campaign = caller(churn_risk=0.6), make_campaign(segment="mass", risk_from=0.5)
    line = signed_in(make_user("agent", language="en"))
    asked = {"asked": PHONE}

    assert "Offer a second line" in line.post("/lookup/", asked).content.decode()
    said = {"campaign": campaign.pk, "lookup": Lookup.objects.latest("pk").key}
    for answer in ("accepted", "accepted", "refused"):
        page = line.post("/lookup/campaign/", {**said, "answer": answer}).content.decode()
        assert "Offer a second line" not in page
    assert "Offer a second line" not in line.post("/lookup/", asked).content.decode()

    row = CampaignAnswer.objects.get()
    assert (row.customer, row.answer) == (customer, "accepted")
    webhooks.plan(now=NOW)
    [delivery] = Delivery.objects.filter(event="campaign.answered")
    assert delivery.payload["data"]["answer"] == "accepted"
    boss = signed_in(make_user("supervisor", language="en"))
    assert "1 / 1" in boss.get("/admin/heatmaps_project/campaign/").content.decode()


def test_an_offer_is_made_with_a_certificate_of_the_brand_only(signed_in):
    customer, campaign, agent = caller(), make_campaign(), make_user("agent", language="en")
    CertifiedBrand.objects.create(brand=customer.brand, active=True)
    line = signed_in(agent)
    line.post("/lookup/", {"asked": PHONE})
    said = {"campaign": campaign.pk, "lookup": Lookup.objects.get().key, "answer": "accepted"}

    refused = line.post("/lookup/campaign/", said).content.decode()

    assert "valid certificate only" in refused
    assert not CampaignAnswer.objects.exists()
    make_certificate(agent)
    assert "valid certificate" not in line.post("/lookup/campaign/", said).content.decode()
    assert CampaignAnswer.objects.get().by == agent


@pytest.mark.parametrize(
    ("campaign", "customer"),
    [
        ({"segment": "vip"}, {}),
        ({"risk_from": 0.5}, {"churn_risk": 0.4}),
        ({"risk_from": 0}, {}),  # nobody told the risk
        ({"begins": TODAY + DAY}, {}),
        ({"begins": TODAY - 2 * DAY, "ends": TODAY - DAY}, {}),
    ],
    ids=str,
)
def test_who_is_not_meant_is_offered_nothing(campaign, customer):
    make_campaign(**campaign)

    assert not Campaign.objects.for_caller(caller(**customer), on=TODAY).exists()


def test_who_takes_no_offers_or_is_of_another_brand_is_offered_nothing(signed_in):
    foreign, customer = make_campaign(brand=make_brand("rival")), caller()
    own = make_campaign()
    assert [*Campaign.objects.for_caller(customer, on=TODAY)] == [own]
    line = signed_in(make_user("agent"))
    line.post("/lookup/", {"asked": PHONE})
    said = {"lookup": Lookup.objects.latest("pk").key, "answer": "accepted"}

    assert line.post("/lookup/campaign/", {**said, "campaign": foreign.pk}).status_code == 404
    another = signed_in(make_user("agent", username="another"))
    assert another.post("/lookup/campaign/", {**said, "campaign": own.pk}).status_code == 404
    OptOut.objects.create(customer=customer, purpose="marketing", at=NOW, told_by="web")
    assert not Campaign.objects.for_caller(customer, on=TODAY).exists()
