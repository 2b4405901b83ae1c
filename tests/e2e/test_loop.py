"""The whole loop, as people and the CRM live it: through HTTP, a browser, workers and an SMSC."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
import requests
from playwright.sync_api import Browser, Page

from heatmaps_project.demo.callers import complaint
from heatmaps_project.demo.live import Crm
from heatmaps_project.demo.logins import CLIENT_ID, CLIENT_SECRET
from tests.e2e import small_world
from tests.e2e.installation import Installation, link_in, until

pytestmark = pytest.mark.e2e
CALLERS = 12
EVERYWHERE = "?west=37&south=55&east=45&north=59"


@pytest.fixture(scope="module")
def sent(here: Installation) -> list[dict]:
    """Twelve neighbours complain within a moment."""
    neighbourhood = small_world.neighbourhood()
    houses = neighbourhood.houses
    yuzha = np.flatnonzero(houses.town == len(small_world.TOWNS) - 1)
    centre = houses.metres[yuzha].mean(axis=0)
    away = np.hypot(*(houses.metres - centre).T)
    near = np.flatnonzero((away < 500) & (houses.subscribers > 0))[:CALLERS]
    bodies = [
        complaint(
            reference=f"loop-{house}",
            customer=int(houses.first[house]),
            topic=0,
            occurred_at=datetime.now(UTC),
            address=neighbourhood.address_of(int(houses.first[house])),
        )
        for house in near
    ]
    crm = Crm(here.url, CLIENT_ID, CLIENT_SECRET)
    assert [crm.send(body) for body in bodies] == ["created"] * CALLERS
    assert crm.send(bodies[0]) == "created"  # again: answered, and not stored twice
    return bodies


def test_from_complaints_to_the_rating_on_the_spot(
    here: Installation,
    sent: list[dict],
    signed_in_as: Callable[..., Page],
    chromium: Browser,
) -> None:
    dispatcher = signed_in_as("dispatcher")

    # A spot appears by itself.
    spot = until(lambda: _spot_on_the_map(dispatcher, here), "a spot appears")
    dispatcher.goto(f"{here.url}/map/")
    dispatcher.wait_for_selector(".leaflet-container canvas, .leaflet-container path")
    address = f"{here.url}/admin/spots/spot/{spot}/change/"

    # The engineers whom the rules chose work on it.
    engineer = signed_in_as("engineer", width=390, height=844)
    engineer.goto(f"{here.url}/admin/spots/spot/")
    engineer.goto(address)
    _move(engineer, "accept")
    engineer.click("#move-plan summary")
    engineer.select_option("#move-plan [name=cause]", label="Нет электропитания на БС")
    _move(engineer, "plan")

    # Meanwhile the contact centre knows.
    agent = signed_in_as("agent")
    agent.goto(f"{here.url}/lookup/")
    agent.fill("[name=asked]", sent[0]["address"])
    agent.press("[name=asked]", "Enter")
    said = agent.wait_for_selector("#say-ru").inner_text()
    assert "уже ведутся работы над улучшением качества связи" in said
    assert "в течение 4 часов" in said

    engineer.goto(address)
    engineer.click("#move-fix summary")
    _move(engineer, "fix")

    # Every customer is told once, and one rates.
    texts = until(lambda: [t for t in here.texts() if "/r/" in t[1]], "customers are told")
    link = link_in(texts[0][1])
    phone = chromium.new_context(viewport={"width": 390, "height": 844}, locale="ru-RU")
    customer = phone.new_page()
    customer.goto(link)
    customer.click("button[name=score][value='4']")
    customer.fill("[name=words]", "Спасибо, снова работает")
    customer.locator("form:has([name=words]) [type=submit]").first.click()
    customer.wait_for_load_state()
    phone.close()

    # The answer is on the spot, in the list, and among the supervisor's figures.
    dispatcher.goto(address)
    assert "Спасибо, снова работает" in dispatcher.inner_text("#spot")
    dispatcher.goto(f"{here.url}/admin/feedback/answer/")
    assert "Спасибо, снова работает" in dispatcher.inner_text("main, #content, body")
    supervisor = signed_in_as("supervisor")
    assert supervisor.goto(f"{here.url}/figures/").status == 200

    # Everybody was told, and nobody twice.
    told = [to for to, text in here.texts() if "/r/" in text]
    assert len(told) == len(set(told))
    assert {body["customer"]["phone"].lstrip("+") for body in sent} <= set(told)


def test_the_same_complaint_with_another_body_is_refused(here: Installation, sent: list) -> None:
    crm = Crm(here.url, CLIENT_ID, CLIENT_SECRET)

    answer = crm.send({**sent[1], "text": "Совсем другое"})

    assert answer.startswith("409")
    assert "text" in answer


def test_without_a_token_nothing_is_taken(here: Installation) -> None:
    answer = requests.post(f"{here.url}/api/v1/complaints/", json={}, timeout=60)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def _spot_on_the_map(page: Page, here: Installation) -> int | None:
    found = page.request.get(f"{here.url}/map/spots.geojson{EVERYWHERE}").json()["features"]
    return found[0]["properties"].get("id", found[0].get("id")) if found else None


def _move(page: Page, name: str) -> None:
    page.click(f"form[action$='/{name}/'] [type=submit]")
    page.wait_for_load_state()
