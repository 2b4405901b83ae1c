"""Which digests are to be there by now, by the rules, people's regions and the teams they lead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from complaints.geocoding.models import Region
from heatmaps_project.accounts.models import User
from heatmaps_project.supervision.digests.cadence import Cadence, day_due, is_due
from heatmaps_project.supervision.digests.models import About, Digest, DigestRule
from spots.routing.models import Team


@dataclass(frozen=True)
class Wanted:
    """One digest that is to be made."""

    user: User
    cadence: Cadence
    day: date
    zone: ZoneInfo
    region: Region | None = None
    team: Team | None = None

    @property
    def about(self) -> tuple[int, int]:
        """Its region or its team, as numbers to sort by."""
        return self.region.pk if self.region else 0, self.team.pk if self.team else 0

    @property
    def key(self) -> tuple[int, str, date, int | None, int | None]:
        """What the database holds once."""
        region, team = self.region, self.team
        return (
            self.user.pk,
            self.cadence.value,
            self.day,
            region.pk if region else None,
            team.pk if team else None,
        )


def wanted(*, now: datetime) -> list[Wanted]:
    """Return the digests that are due and not there yet, those about the same side by side."""
    rules: dict[str, list[DigestRule]] = {}
    for rule in DigestRule.objects.filter(active=True).order_by("pk"):
        rules.setdefault(rule.role, []).append(rule)
    people = User.objects.filter(role__in=rules, is_active=True).exclude(email="")
    due = [
        one
        for user in people.order_by("pk")
        for rule in rules[user.role]
        for one in _of(user, rule, now)
    ]
    days = {one.day for one in due}
    there = set(
        Digest.objects.filter(day__in=days).values_list("user", "cadence", "day", "region", "team")
    )
    missing = (one for one in due if one.key not in there)
    return sorted(missing, key=lambda one: (one.about, one.cadence, one.user.pk))


def is_still_theirs(row: Digest) -> bool:
    """
    Whether a report that was made would be made for its reader now: hours pass where a mail server
    is down, and people leave, or lose their role, region or team meanwhile.
    """
    user, about = row.user, About.TEAM if row.region_id is None else About.REGION
    rules = DigestRule.objects.filter(role=user.role, cadence=row.cadence, about=about, active=True)
    if not (user.is_active and rules.exists()):
        return False
    if row.region_id is None:
        return Team.objects.filter(pk=row.team_id or 0, lead=user).exists()
    return Region.objects.within(user.walls).filter(pk=row.region_id).exists()


def _of(user: User, rule: DigestRule, now: datetime) -> Iterator[Wanted]:
    cadence = Cadence(rule.cadence)
    if rule.about == About.REGION:
        for region in Region.objects.within(user.walls).defer("outline").order_by("pk"):
            zone = ZoneInfo(region.time_zone)
            day = day_due(now, zone)
            if day and is_due(cadence, day):
                yield Wanted(user, cadence, day, zone, region=region)
        return
    zone = ZoneInfo(user.time_zone or settings.TIME_ZONE)
    day = day_due(now, zone)
    if day and is_due(cadence, day):
        for team in Team.objects.filter(lead=user).order_by("pk"):
            yield Wanted(user, cadence, day, zone, team=team)
