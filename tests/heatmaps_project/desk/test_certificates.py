"""A brand that asks for a certificate is served by those alone who have a valid one."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from complaints.customers.personal import blind_index
from heatmaps_project.models import Lookup, LookupOutcome
from spots.models import Certificate, CertifiedBrand
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_certificate,
    make_customer,
    make_lookup,
    make_region,
    make_topic,
    make_user,
)
from tests.heatmaps_project.desk.places import make_addresses

pytestmark = pytest.mark.django_db

PHONE = "+79261234512"
SAID = {"topic": "no_signal", "channel": "call", "tell": "on", "brand": "demo"}
PLACE = {"lon": CENTRE[0], "lat": CENTRE[1], "precision": "house"}
TODAY = NOW.date()
ADMIN = "/admin/spots/certificate/"


@pytest.fixture(autouse=True)
def _now(db):
    make_addresses()
    make_topic()
    make_region()
    with time_machine.travel(NOW, tick=False):
        yield


def served(client: Client, outcome: str) -> str:
    """What the page says when the caller of PHONE is served."""
    client.post("/lookup/", {"asked": PHONE})
    row = {"lookup": Lookup.objects.latest("pk").key, "outcome": outcome, **SAID, **PLACE}
    return client.post("/lookup/act/", row).content.decode()


@pytest.mark.parametrize("outcome", ["answered", "passed_on", "single"])
def test_without_a_certificate_callers_are_looked_up_and_not_served(signed_in, outcome):
    rule = CertifiedBrand.objects.create(brand=make_brand())
    make_customer(phone=PHONE, phone_index=blind_index(PHONE))
    agent = make_user("agent", language="en")
    make_certificate(agent, brand=make_brand("other"))
    mine = make_certificate(agent, until=TODAY - timedelta(days=1))
    client = signed_in(agent)

    page = client.get("/lookup/").content.decode()
    refused = served(client, outcome)
    assert "Your certificate for" in page and "ended on" in page
    assert "served with a valid certificate only" in refused
    assert not LookupOutcome.objects.exists()

    Certificate.objects.filter(pk=mine.pk).update(until=TODAY)  # that day still
    served(client, outcome)
    assert LookupOutcome.objects.get().outcome == outcome
    assert "Your certificate" not in client.get("/lookup/").content.decode()
    mine.delete()
    CertifiedBrand.objects.filter(pk=rule.pk).update(active=False)
    assert "certificate" not in client.get("/lookup/").content.decode()


def test_a_caller_nobody_knows_is_of_the_brand_that_the_agent_chose(signed_in):
    CertifiedBrand.objects.create(brand=make_brand())
    make_brand("other")
    agent = make_user("agent", language="en")
    agent.brands.add(make_brand("other"))
    client = signed_in(agent)
    client.post("/lookup/", {"asked": "Рязань, Полевая, 5"})
    row = {"lookup": Lookup.objects.latest("pk").key, "outcome": "answered", **SAID}

    refused = client.post("/lookup/act/", row).content.decode()
    client.post("/lookup/act/", {**row, "brand": "other"})

    assert "served with a valid certificate only" in refused
    assert LookupOutcome.objects.count() == 1


def test_what_is_written_down_beside_another_brand_s_spot_takes_its_own_certificate(signed_in):
    """A spot of a brand that asks for none stood in for the one that does."""
    CertifiedBrand.objects.create(brand=make_brand())
    other = make_brand("other")
    agent = make_user("agent", language="en")
    agent.brands.add(other)
    client = signed_in(agent)
    client.post("/lookup/", {"asked": "Рязань, Полевая, 5"})
    lookup = make_lookup(agent, call=Lookup.objects.latest("pk").call, brand=other)
    row = {"lookup": lookup.key, "outcome": "passed_on", "phone": PHONE, **SAID, **PLACE}

    refused = client.post("/lookup/act/", row).content.decode()
    assert "served with a valid certificate only" in refused
    assert not LookupOutcome.objects.exists()

    client.post("/lookup/act/", {**row, "brand": "other"})
    assert LookupOutcome.objects.get().outcome == "passed_on"


def test_a_supervisor_certifies_for_as_long_as_the_brand_says(signed_in):
    brand = make_brand()
    CertifiedBrand.objects.create(brand=brand, days=90)
    agent, stranger = make_user("agent"), make_user("agent", everywhere=False)
    stranger.brands.add(make_brand("rival"))
    client = signed_in("supervisor")

    def typed(user, passed_on, until="") -> int:
        row = {"user": user.pk, "brand": brand.pk, "passed_on": passed_on, "until": until}
        return client.post(f"{ADMIN}add/", row).status_code

    assert typed(agent, TODAY + timedelta(days=1)) == 200
    assert typed(agent, TODAY, TODAY - timedelta(days=1)) == 200
    assert typed(stranger, TODAY) == 200
    assert not Certificate.objects.exists()
    assert typed(agent, TODAY) == 302
    made = Certificate.objects.get()
    assert (made.user, made.until) == (agent, TODAY + timedelta(days=90))
    assert made.history.get().history_user.role == "supervisor"
    assert typed(agent, TODAY) == 200  # once: its days are changed
    row = {"user": agent.pk, "brand": brand.pk, "passed_on": TODAY, "until": TODAY}
    client.post(f"{ADMIN}{made.pk}/change/", row)
    assert made.history.count() == 2


def test_nobody_says_of_themselves_that_they_passed(signed_in):
    boss, agent = make_user("supervisor"), make_user("agent")
    client, own = signed_in(boss), make_certificate(boss, until=TODAY - timedelta(days=1))
    row = {"brand": own.brand_id, "passed_on": TODAY, "until": TODAY + timedelta(days=9)}

    client.post(f"{ADMIN}{own.pk}/delete/", {"post": "yes"})
    client.post(f"{ADMIN}{own.pk}/change/", {**row, "user": boss.pk})
    kept = Certificate.objects.get(user=boss)
    Certificate.objects.all().delete()
    client.post(f"{ADMIN}add/", {**row, "user": boss.pk})
    client.post(f"{ADMIN}add/", {**row, "user": agent.pk})

    assert (kept.pk, kept.until) == (own.pk, own.until)
    assert [one.user for one in Certificate.objects.all()] == [agent]
