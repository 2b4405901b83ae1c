"""Complaints that keep coming: sent through the real API, as a CRM would."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import requests

from heatmaps_project.demo.callers import Neighbourhood, complaint

SOURCE = "demo-crm"  # names what this client sends
TIMEOUT_S = 10
OUTAGE_EVERY_S = 1200.0
CALLS_PER_OUTAGE = 14
BETWEEN_CALLS_S = 5.0  # during an outage
BETWEEN_OTHERS_S = 40.0


@dataclass
class Crm:
    """A client of the API: fetches its token, sends complaints, retries what was not answered."""

    url: str
    client_id: str
    secret: str
    _token: str = field(default="", repr=False)

    def send(self, body: dict[str, Any]) -> str:
        """
        Send a complaint and return what became of it: "created", or the API's refusal.

        :raises requests.RequestException: nobody answered; sending it again is safe
        """
        answer = self._post(body)
        if answer.status_code == requests.codes.unauthorized:
            self._token = ""
            answer = self._post(body)
        return "created" if answer.ok else f"{answer.status_code} {answer.text[:200]}"

    def _post(self, body: dict[str, Any]) -> requests.Response:
        self._token = self._token or self._fetch_token()
        headers = {"Authorization": f"Bearer {self._token}"}
        url = f"{self.url}/api/v1/complaints/"
        return requests.post(url, json=body, headers=headers, timeout=TIMEOUT_S)

    def _fetch_token(self) -> str:
        answer = requests.post(
            f"{self.url}/oauth/token/",
            data={"grant_type": "client_credentials"},
            auth=(self.client_id, self.secret),
            timeout=TIMEOUT_S,
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def calls(neighbourhood: Neighbourhood, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """
    Yield complaints for ever, sleeping between them.

    At once, and every twenty minutes after, an outage begins somewhere: its neighbours call
    within a minute or so. Between outages single complaints come from anywhere.
    """
    customers = int(neighbourhood.houses.first[-1])
    while True:
        next_outage = time.monotonic() + OUTAGE_EVERY_S
        for customer in _neighbours(neighbourhood, rng):
            yield _body(neighbourhood, customer, topic=0)
            time.sleep(BETWEEN_CALLS_S)
        while time.monotonic() < next_outage:
            yield _body(neighbourhood, int(rng.integers(customers)), topic=int(rng.integers(3)))
            time.sleep(BETWEEN_OTHERS_S)


def _neighbours(neighbourhood: Neighbourhood, rng: np.random.Generator) -> list[int]:
    """Return customers of different houses within 600 m of a random one in a small town."""
    houses = neighbourhood.houses
    small = np.flatnonzero((houses.town >= 6) & (houses.town <= 30) & (houses.subscribers > 0))
    centre = houses.metres[rng.choice(small)]
    away = np.hypot(*(houses.metres - centre).T)
    near = np.flatnonzero((away < 600) & (houses.subscribers > 0))
    chosen = rng.permutation(near)[:CALLS_PER_OUTAGE]
    return [int(houses.first[house]) for house in chosen]


def _body(neighbourhood: Neighbourhood, customer: int, *, topic: int) -> dict[str, Any]:
    return complaint(
        reference=f"live-{secrets.token_hex(8)}",
        customer=customer,
        topic=topic,
        occurred_at=datetime.now(UTC),
        address=neighbourhood.address_of(customer),
    )
