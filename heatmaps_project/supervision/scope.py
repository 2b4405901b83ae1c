"""Which spots and which time a figure is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaints.customers.walls import Walls
from heatmaps_project.supervision.rollups.spans import Span
from spots.cases.models import Case, CaseQuerySet, Kind, Spot
from spots.cases.states import State
from spots.models import Clock
from spots.sla.models import ClockQuerySet


@dataclass(frozen=True)
class Scope:
    """
    The reader's spots, of one team and region if those are set, and the last days until now.

    A spot that was merged is counted as the one it lives on in. Its team is its present one.
    """

    walls: Walls
    now: datetime
    zone: ZoneInfo  # the reader's: days begin and end at their midnight
    days: int
    team: int | None = None
    region: int | None = None
    # Runs of days that are summed, by the first and last asked for: read once for all figures.
    runs: dict[tuple[date, date], Mapping[str, list[Span]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def spots(self) -> CaseQuerySet:
        return self._inside(Spot.objects.spots())

    @property
    def cases(self) -> CaseQuerySet:
        """The spots, and the single cases beside them."""
        return self._inside(Case.objects.all())

    def _inside(self, rows: CaseQuerySet) -> CaseQuerySet:
        rows = rows.within(self.walls).exclude(state=State.MERGED)
        if self.team is not None:
            rows = rows.filter(team=self.team)
        return rows if self.region is None else rows.filter(region=self.region)

    @property
    def clocks(self) -> ClockQuerySet:
        """The promises on them, by the one join that the case needs anyway."""
        rows = Clock.objects.within(self.walls).filter(case__kind=Kind.SPOT)
        rows = rows.exclude(case__state=State.MERGED)
        if self.team is not None:
            rows = rows.filter(case__team=self.team)
        return rows if self.region is None else rows.filter(case__region=self.region)

    @property
    def missed(self) -> ClockQuerySet:
        """The promises whose due time has passed and that are not done."""
        return self.clocks.running().filter(due_at__lt=self.now)

    def dates(self) -> list[date]:
        """Return the days of the period, today the last."""
        today = self.now.astimezone(self.zone).date()
        return [today - timedelta(days=ago) for ago in reversed(range(self.days))]

    def since(self, days: int | None = None) -> datetime:
        """Return the midnight at which the last `days` days began, today counted as one."""
        today = self.now.astimezone(self.zone).date()
        first = today - timedelta(days=(self.days if days is None else days) - 1)
        return datetime.combine(first, time(), self.zone)
