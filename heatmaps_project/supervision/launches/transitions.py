"""Counting how complaints name launches, and telling who has each: once a day."""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.alone import alone
from complaints.isolation import isolated
from heatmaps_project.supervision.launches.models import Launch, LaunchCount, LaunchDay
from heatmaps_project.supervision.launches.watching import (
    Counted,
    counted,
    days_of,
    judged,
    today,
    told,
)
from spots.escalation.transitions import write

logger = logging.getLogger(__name__)

_STILL_COMING_IN: Final = timedelta(days=1)
_LOCK: Final = 0x4C41554E


def watch_launches(*, now: datetime) -> int:
    """Count what is missing, and today anew, of all launches that are watched; return the days."""
    watched = Launch.objects.filter(watched_until__gte=today(now))
    return sum(_watch(key, now=now) for key in watched.order_by("pk").values_list("pk", flat=True))


def _watch(launch_id: int, *, now: datetime) -> int:
    """A day in a transaction: what was counted before a kill stays, and the next run goes on."""
    done, after = 0, date.min
    with isolated(logger, "Launch %s could not be counted; the next run goes on", launch_id):
        while (day := _count_next(launch_id, after, now=now)) is not None:
            done, after = done + 1, day
    return done


@transaction.atomic
def _count_next(launch_id: int, after: date, *, now: datetime) -> date | None:
    """Count the first day after another that is missing; None: none is, and it was told of."""
    if not alone(_LOCK, launch_id):
        return None
    launch = Launch.objects.select_related("owner").filter(pk=launch_id).first()
    if launch is None:  # somebody has deleted it meanwhile
        return None
    # One that an earlier edition counted has no counts by region: it is counted anew.
    in_all = Coalesce(Sum("counts__complaints"), 0)
    rows = launch.days.annotate(in_all=in_all).filter(mentions=F("in_all"))
    found = set(rows.values_list("day", flat=True))
    for day in days_of(launch, now=now):
        if day <= after or (day in found and today(now) - day > _STILL_COMING_IN):
            continue
        _keep(launch, day, counted(launch, day))
        return day
    _tell(launch, day=today(now), now=now)
    return None


def _keep(launch: Launch, day: date, found: Counted) -> None:
    row, _is_new = LaunchDay.objects.update_or_create(
        launch=launch,
        day=day,
        defaults={"complaints": found.complaints, "mentions": found.naming.total()},
    )
    row.counts.all().delete()
    LaunchCount.objects.bulk_create(
        LaunchCount(day=row, region_id=region, line=line, complaints=n)
        for (region, line), n in found.naming.items()
    )


def _tell(launch: Launch, *, day: date, now: datetime) -> None:
    if day < launch.starts_on or launch.alerted_on == day:
        return
    walls = launch.owner.walls
    if not Launch.objects.within(walls).filter(pk=launch.pk).exists():
        return  # who had it is not let into its brand any more
    found = told([launch.pk], walls).get(launch.pk, {})
    if not judged(launch, day, found).rises:
        return
    launch.alerted_on = day
    Launch.objects.filter(pk=launch.pk).update(alerted_on=day)
    language = launch.owner.language or settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _("Complaints name “%(launch)s” more than before") % {"launch": launch}
        said = _("%(n)d today. See %(page)s") % {
            "n": found[day],
            "page": settings.PUBLIC_URL.rstrip("/") + reverse("launches"),
        }
    text = f"{subject}. {said}"
    write(user_id=launch.owner_id, subject=subject, text=text, language=language, now=now)


def forget_counts(launch_id: int) -> None:
    """Count a launch anew: other words name it, or other days count."""
    LaunchDay.objects.filter(launch=launch_id).delete()
