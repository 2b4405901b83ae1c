"""What seven hundred staff of eight sites and their systems ask for, at twice the expected load."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from time import time
from typing import Any, Final

import requests
from django.test import Client
from django.urls import reverse

from complaints.models import Brand, Region
from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.growth.filling import LOOKER
from heatmaps_project.bench.intake.world import bodies, make_world
from heatmaps_project.bench.lookup.asking import houses
from heatmaps_project.bench.lookup.filling import CALLERS, phone_of
from heatmaps_project.bench.tiles.timing import LAYERS, tiles_at
from heatmaps_project.models import ApiClient, User
from spots.models import Case

SITES: Final = (
    *("Europe/Moscow",) * 4,  # Bryansk, Penza, Rostov, Vologda
    *("Europe/Moscow",) * 2,  # Cheboksary, Ivanovo
    "Asia/Novokuznetsk",  # Kemerovo
    "Asia/Chita",
)
IN_A_BATCH: Final = 100
FIRST_NUMBER: Final = 3_000_000  # of callers who complain
TOKEN_OF_FORMS: Final = "c" * 32  # what a browser repeats beside its cookie
TIMEOUT_S: Final = 20.0


@dataclass(frozen=True)
class Kind:
    """Something that is asked for: so often a second at the whole load, and how."""

    name: str
    a_second: float
    call: Callable[[requests.Session], int]  # returns the status


def staff() -> list[User]:
    """Give the staff their sites and their work: of ten one dispatches, of fifty one supervises."""
    users = list(User.objects.filter(username__startswith=LOOKER.format("")).order_by("pk"))
    for number, user in enumerate(users):
        user.time_zone = SITES[number % len(SITES)]
        user.role = Role.DISPATCHER if number % 10 == 0 else Role.AGENT
        if number % 50 == 1:
            user.role = Role.SUPERVISOR
    User.objects.bulk_update(users, ["time_zone", "role"], batch_size=500)
    return users


def kinds(url: str, users: list[User]) -> list[Kind]:
    """
    Return what is asked for.

    Twice the table of expected load: 50 lookups a second in an outage; 90 complaints a second, of
    which a CRM sends most by the hundred. Each of the staff opens a page twice a minute.
    """
    agents = _cookies(user for user in users if user.role == Role.AGENT)
    dispatchers = _cookies(user for user in users if user.role == Role.DISPATCHER)
    supervisors = _cookies(user for user in users if user.role == Role.SUPERVISOR)
    labels = cycle([house.label for house in houses(200)])
    phones = (phone_of(n % CALLERS) for n in count())
    cases = cycle(Case.objects.order_by("-opened_at").values_list("pk", flat=True)[:200])
    tiles = cycle(tiles_at(11))
    token, run, turn = _token(), int(time()), count()

    def page(who: Iterator[str], address: Callable[[], str]) -> Callable[[requests.Session], int]:
        def get(session: requests.Session) -> int:
            return session.get(
                url + address(), headers=_of(next(who)), timeout=TIMEOUT_S
            ).status_code

        return get

    def look_up(asked: Iterator[str]) -> Callable[[requests.Session], int]:
        def post(session: requests.Session) -> int:
            headers = {**_of(next(agents)), "X-CSRFToken": TOKEN_OF_FORMS}
            sent, to = {"asked": next(asked)}, url + reverse("lookup")
            return session.post(to, sent, headers=headers, timeout=TIMEOUT_S).status_code

        return post

    def complain(many: int) -> Callable[[requests.Session], int]:
        def post(session: requests.Session) -> int:
            number = next(turn)
            rows: list[dict[str, Any]] = list(
                bodies(f"capacity{run}-{number}", many, first=FIRST_NUMBER + number * IN_A_BATCH)
            )
            path = "/api/v1/complaints/" + ("batch/" if many > 1 else "")
            sent = json.dumps(rows if many > 1 else rows[0])
            headers = {"Authorization": token, "Content-Type": "application/json"}
            return session.post(
                url + path, data=sent, headers=headers, timeout=TIMEOUT_S
            ).status_code

        return post

    def tile() -> str:
        z, x, y = next(tiles)
        return f"/tiles/data/{z}/{x}/{y}.mvt?hours=168&layers={LAYERS}"

    queue = reverse("admin:spots_spot_changelist")
    return [
        Kind("lookup by address", 50.0, look_up(labels)),
        Kind("lookup by phone", 50.0, look_up(phones)),
        Kind("complaint by itself", 20.0, complain(1)),
        Kind(f"batch of {IN_A_BATCH} complaints", 1.6, complain(IN_A_BATCH)),
        Kind("queue", 2.4, page(dispatchers, lambda: queue)),
        Kind(
            "page of a spot",
            2.4,
            page(dispatchers, lambda: reverse("admin:spots_spot_change", args=[next(cases)])),
        ),
        Kind("start page of an agent", 16.0, page(agents, lambda: reverse("lookup"))),
        Kind("tile of the map", 10.0, page(dispatchers, tile)),
        Kind("numbers of a wall", 1.1, page(supervisors, lambda: reverse("wall-numbers"))),
    ]


def _of(cookie: str) -> dict[str, str]:
    return {"Cookie": f"sessionid={cookie}; csrftoken={TOKEN_OF_FORMS}"}


def _cookies(users: Iterator[User]) -> Iterator[str]:
    """Sign everybody in; each has a turn."""
    found = []
    for user in users:
        client = Client()
        client.force_login(user)
        found.append(client.cookies["sessionid"].value)
    return cycle(found)


def _token() -> str:
    header = make_world()
    client = ApiClient.objects.get(source="bench")
    client.brands.set(Brand.objects.all())
    client.regions.set(Region.objects.all())
    return header
