"""The lookup page, as it works without JavaScript."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.test import Client

from complaints.geocoding import imports
from complaints.geocoding.imports import AddressRow
from heatmaps_project.models import Criterion, Lookup
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_criterion,
    make_network_event,
    make_spot,
    make_user,
)
from tests.heatmaps_project.desk.places import make_addresses

pytestmark = pytest.mark.django_db

URL = "/lookup/"
ADDRESS = {"asked": "Рязань, Полевая 5"}


@pytest.fixture
def agent(signed_in) -> Client:
    make_addresses()
    with time_machine.travel(NOW, tick=False):
        yield signed_in(make_user("agent", language="en"))


def test_an_agent_asks_for_an_address_and_reads_the_sentence(agent):
    spot = make_spot(
        state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3), customers=12
    )

    page = agent.post(URL, ADDRESS).content.decode()

    assert "Решение ожидается в течение 3 часов." in page
    assert "We expect it to be solved within 3 hours." in page
    assert f"/admin/spots/spot/{spot.pk}/change/" in page
    assert "Рязань, Полевая улица, 5" in page


def test_a_spot_near_by_is_told_once(agent):
    told, other = (
        make_spot(centre=Point(CENTRE[0] + degrees, CENTRE[1], srid=4326))
        for degrees in (0.012, 0.018)
    )

    page = agent.post(URL, ADDRESS).content.decode()

    assert page.count(f"/admin/spots/spot/{told.pk}/change/") == 1
    assert page.count(f"/admin/spots/spot/{other.pk}/change/") == 1


def test_an_outage_without_an_end_says_so(agent):
    make_network_event("outage", ends_at=None)

    assert "end not known" in agent.post(URL, ADDRESS).content.decode()


def test_where_only_the_town_is_known_no_complaint_is_urged(agent):
    page = agent.post(URL, {"asked": "Рязань"}).content.decode()

    assert 'value="passed_on" >' in page
    assert 'value="passed_on" class="lookup-main">' in agent.post(URL, ADDRESS).content.decode()


def test_the_sentence_in_the_agents_own_language_comes_first(agent):
    answer = agent.post(URL, ADDRESS)

    assert [language for language, _ in answer.context["sentences"]] == ["en", "ru"]


def test_an_address_that_could_be_several_is_asked_back(agent):
    rows = [
        AddressRow(city=city, street="улица Ленина", house="1", lon=lon, lat=56)
        for city, lon in (("Тверь", 36), ("Клин", 37))
    ]
    imports.load(rows)

    answer = agent.post(URL, {"asked": "ул. Ленина, 1"})

    assert "answer" not in answer.context
    assert {other.label for other in answer.context["result"].places} == {
        "Тверь, улица Ленина, 1",
        "Клин, улица Ленина, 1",
    }


def test_an_unknown_address_is_said_to_be_unknown(agent):
    page = agent.post(URL, {"asked": "Никакая 1"}).content.decode()

    assert "No such address, customer or complaint is known." in page


def test_who_calls_is_recorded_where_the_question_means_nothing_too(agent):
    """Their card is shown beside the answer that nothing is known."""
    customer = make_complaint().customer

    page = agent.post(URL, {"asked": "Никакая 1", "customer": customer.pk})

    assert page.context["caller"].customer == customer
    assert Lookup.objects.get().customer == customer


def test_the_address_is_never_taken_from_the_url(agent):
    assert "answer" not in agent.get(URL, ADDRESS).context
    assert agent.get("/lookup/suggest/", ADDRESS).status_code == 405


def test_a_spot_of_another_brand_is_not_told(agent):
    make_spot(brand=make_brand("other"))

    assert agent.post(URL, ADDRESS).context["answer"].known.covering == ()


def test_addresses_are_suggested_as_one_types(agent):
    page = agent.post("/lookup/suggest/", {"asked": "Рязань, Полев"}).content.decode()

    assert 'value="Рязань, Полевая улица"' in page
    assert "<option" not in agent.post("/lookup/suggest/", {"asked": "Ря"}).content.decode()
    assert "<option" not in agent.post("/lookup/suggest/", {"asked": "я" * 301}).content.decode()


def test_the_page_is_for_staff_who_answer_callers(client, signed_in):
    assert client.get(URL).status_code == 302
    assert signed_in("engineer").get(URL).status_code == 403
    assert signed_in("engineer").post("/lookup/suggest/", ADDRESS).status_code == 403


def test_the_agent_has_a_checklist_of_what_conversations_are_reviewed_by(agent):
    make_criterion("Выслушал")
    Criterion.objects.create(name_ru="Давно снято", name_en="Long gone", active=False)

    page = agent.get(URL).content.decode()

    assert "Выслушал" in page and "Давно снято" not in page
