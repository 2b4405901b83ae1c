"""How long each list page takes on the server, and how many queries."""

from dataclasses import dataclass
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from heatmaps_project.models import User
from heatmaps_project.navigation import SIDEBAR
from spots.models import Case

MOST_MS, MOST_QUERIES = 300, 15
TIMES = 5


@dataclass(frozen=True)
class Timed:
    """A page: the best time of some, and its queries."""

    address: str
    ms: float
    queries: int
    status: int


def addresses() -> list[str]:
    """Every page of the side bar, the queue in some of its views, and the page of a large spot."""
    found = []
    for _title, items in SIDEBAR:
        for item in items:
            try:
                found.append(reverse(item.view))
            except NoReverseMatch:
                continue
    queue = reverse("admin:spots_spot_changelist")
    views = ("state=all", "state=all&o=-9", "mine=me", "state=closed&band=1", "q=Ленина, 77")
    spot = Case.objects.latest("pk")
    return [*found, *(f"{queue}?{view}" for view in views), _page_of(spot)]


def _page_of(spot: Case) -> str:
    return reverse("admin:spots_spot_change", args=[spot.pk])


def signed_in(reader: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(reader)
    return client


def timed(address: str, client: Client) -> Timed:
    client.get(address)  # compiles its templates
    took = []
    for _ in range(TIMES):
        began = perf_counter()
        answer = client.get(address)
        took.append(perf_counter() - began)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return Timed(address, 1000 * min(took), len(queries), answer.status_code)


def table(rows: list[Timed]) -> str:
    """Return Markdown, the slowest page first; what misses its target is marked."""
    lines = ["| page | ms | queries | |", "|---|---:|---:|---|"]
    for row in sorted(rows, key=lambda row: -row.ms):
        is_list = row.address.startswith("/admin/") and "/change/" not in row.address
        good = row.ms <= MOST_MS and (row.queries <= MOST_QUERIES or not is_list)
        answered = "" if row.status == 200 else f" answered {row.status}"
        lines.append(
            f"| {row.address} | {row.ms:.0f} | {row.queries} | {'' if good else '✗'}{answered} |"
        )
    return "\n".join(lines) + "\n"
