"""How long the pages of a supervisor take, by the clock on the wall and of the processors."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from time import perf_counter
from typing import Final

from django.db import connection
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.surveys.board import NAMES as DIMENSIONS
from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.bench.busy import busy_ms
from heatmaps_project.supervision.asking import PERIODS
from heatmaps_project.supervision.audit.reports.models import AuditReport
from heatmaps_project.supervision.boards.rows import MAKERS
from heatmaps_project.supervision.planning.models import Proposal
from spots.models import Clock, Team, WorkingTime

MOST_MS: Final = 500  # of the audit
MOST_MS_OF_BOARDS: Final = 1000
MOST_QUERIES: Final = 25
HEADER: Final = "| page | ms | CPU, ms | queries | |\n|---|---:|---:|---:|---|"


@dataclass(frozen=True)
class Timed:
    """A page: its best time of some, the mean time of the processors, and its queries."""

    address: str
    ms: float
    cpu_ms: float  # of Python and of PostgreSQL with its workers
    queries: int
    status: int
    most_ms: int = MOST_MS

    @property
    def is_good(self) -> bool:
        return self.ms <= self.most_ms and self.queries <= MOST_QUERIES and self.status == 200

    def __str__(self) -> str:
        """As a line of a table under HEADER; what misses is marked."""
        shown = f"| {self.address} | {self.ms:.0f} | {self.cpu_ms:.0f} | {self.queries} |"
        return f"{shown} {'' if self.is_good else '✗'} |"


def addresses() -> list[str]:
    """Whatever a supervisor opens: periods, moments, filters, lists, files, reports, figures."""
    page, today = reverse("audit"), timezone.localtime().date()
    quarter, year = (f"first={today - timedelta(days=days)}" for days in (89, 364))
    engineer = Clock.objects.exclude(case__engineer=None).earliest("pk").case.engineer_id
    asked = (
        "",
        "by=engineer",
        f"{quarter}&unit=week",
        f"{year}&unit=month",
        f"{year}&by=engineer",
        f"{year}&target=fix&band=1",
        f"{year}&team=1",
        f"{year}&engineer={engineer}&by=topic",
        "page=20",
        f"{year}&page=100",
        f"as_of={today - timedelta(days=1)}T09:00",
        f"as_of={today - timedelta(days=30)}T09:00",
        f"as_of={today - timedelta(days=365)}T09:00",
        f"{year}&as_of={today - timedelta(days=30)}T09:00",
    )
    calendar = WorkingTime.objects.earliest("pk").pk
    what_if = (
        *(f"minutes=720&{period}" for period in ("", quarter, year)),
        *(f"calendar={calendar}&{period}" for period in ("", year)),
    )
    files = (f"{what}.{form}?{year}" for what in ("broken", "all") for form in ("csv", "xlsx"))
    report = AuditReport.objects.latest("pk").pk
    return [
        *(f"{page}?{query}" for query in asked),
        *(f"{reverse('audit-what-if')}?{query}" for query in what_if),
        *(f"{page}{file}" for file in files),
        reverse("audit-reports"),
        *(reverse(name, args=[report]) for name in ("audit-report", "audit-report-verify")),
        *(f"{reverse('figures')}{query}" for query in ("", "?days=7", "?days=90", "?team=1")),
        reverse("admin:spots_clock_changelist"),
        reverse("admin:spots_spot_changelist"),
    ]


def boards() -> list[str]:
    """Whatever supervisors, managers and planners look at, for the longest period too."""
    deepest, team = Unit.objects.latest("pk").pk, Team.objects.earliest("pk").pk
    longest = f"days={PERIODS[-1][0]}"
    turned = timezone.localtime().date() - timedelta(days=364)
    asked = {
        "wall": ("", longest),
        "wall-numbers": ("", longest),
        "morning": ("", "hours=24", f"team={team}"),
        "manager": ("", "days=365", f"days=365&unit={deepest}"),
        "before-after": ("", f"days=365&turned_on={turned}"),
        "quality": ("", longest, f"{longest}&team={team}"),
        "board": ("", *(f"days=90&by={name}" for name in DIMENSIONS), "days=90&newest=0"),
        "board-baseline": ("", "days=90"),
        "value": ("", "by=gifts"),
        "value-staying": ("", "months=24", "months=24&by=rating"),
        "complexity": ("", longest),
        "complexity-rows": ("", longest),
        "topics": ("", longest),
        "channels": ("",),
        "dealers": ("", "days=365"),
        "sales": ("",),
        "market": ("",),
        "scorecards": ("", "days=30"),
        "points": ("",),
        "staffing": ("",),
        "launches": ("",),
        "listening": ("",),
        "openness": ("",),
        "admin:heatmaps_project_proposal_changelist": ("", "view=all"),
        "admin:heatmaps_project_proposal_scenario": ("", "view=all&first=200"),
        "admin:feedback_followup_changelist": ("", "queue=late", "queue=closed"),
        "admin:feedback_insight_changelist": ("",),
    }
    place = Proposal.objects.latest("pk").pk
    return [
        *(f"{reverse(name)}?{query}" for name, queries in asked.items() for query in queries),
        *(
            f"{reverse('wall-rows', args=[code])}?{query}"
            for code in MAKERS
            for query in ("", longest)
        ),
        reverse("admin:heatmaps_project_proposal_change", args=[place]),
    ]


def timed(address: str, client: Client, *, times: int, most_ms: int = MOST_MS) -> Timed:
    """
    Ask for a page so often; of a file, the time until its first byte is told.

    most_ms  what takes longer is marked
    """
    status = _asked(client, address)  # compiles its templates
    took, busy = [], busy_ms()
    for _ in range(times):
        began = perf_counter()
        _asked(client, address)
        took.append(perf_counter() - began)
    busy = busy_ms() - busy
    with CaptureQueriesContext(connection) as queries:
        _asked(client, address)
    return Timed(address, 1000 * min(took), busy / times, len(queries), status, most_ms)


def _asked(client: Client, address: str) -> int:
    answer: HttpResponseBase = client.get(address)
    if isinstance(answer, StreamingHttpResponse):
        list(islice(answer, 2))
    answer.close()
    return answer.status_code
