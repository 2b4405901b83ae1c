"""A digest as a page of HTML that needs nothing else: style and chart are in it."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.short_days import short_day
from heatmaps_project.supervision import figures
from heatmaps_project.supervision.audit.charts import Chart, stacked
from heatmaps_project.supervision.boards.definitions import WALL
from heatmaps_project.supervision.boards.wall import numbers
from heatmaps_project.supervision.channels.reading import Channels, channels, leaving
from heatmaps_project.supervision.digests.cadence import Cadence, days, last_moment
from heatmaps_project.supervision.digests.wanted import Wanted
from heatmaps_project.supervision.flow import Daily, daily, flow
from heatmaps_project.supervision.scope import Scope

JUDGED_DAYS: Final = 30  # of the five numbers: a day alone proves nothing
DRAWN_DAYS: Final = 14  # of the chart, where a digest tells of fewer


class Press:
    """
    Draws the digests of one run: who may read the same, in the same language, has the same page.

    Teams of the same walls share what is counted of channels, which knows no team.
    """

    def __init__(self) -> None:
        self._pages: dict[tuple[Scope, Cadence, str], tuple[str, str]] = {}
        self._channels: dict[Scope, tuple[Channels, int]] = {}

    def drawn(self, one: Wanted) -> tuple[str, str]:
        """Return the subject and the page of a digest, in its reader's language."""
        key = _scope(one), one.cadence, language_of(one)
        if key not in self._pages:
            self._pages[key] = _drawn(one, key[0], *self._of_channels(key[0]))
        return self._pages[key]

    def _of_channels(self, scope: Scope) -> tuple[Channels, int]:
        key = replace(scope, team=None)
        if key not in self._channels:
            self._channels[key] = channels(key), leaving(key)
        return self._channels[key]


def _drawn(one: Wanted, scope: Scope, ways: Channels, are_leaving: int) -> tuple[str, str]:
    """What is open and missed is as of the moment in which it is drawn; the rest of whole days."""
    longer = replace(scope, days=max(scope.days, JUDGED_DAYS))
    drawn_of = replace(scope, days=max(scope.days, DRAWN_DAYS))
    with translation.override(language_of(one)), timezone.override(one.zone):
        subject = _subject(one, scope)
        happened, kept = flow(scope), figures.kept(scope)
        context = {
            "subject": subject,
            "language": language_of(one),
            "scope": scope,
            "since": scope.since(),
            "made_at": timezone.now(),
            "numbers": numbers(longer),
            "longer": longer.days,
            "opened": happened.opened[scope.days],
            "fixed": happened.fixed[scope.days],
            "states": figures.work_now(scope),
            "teams": figures.teams(scope, kept, happened.of_team),
            "told": figures.told(scope),
            "channels": ways,
            "leaving": are_leaving,
            "chart": _chart(drawn_of, daily(drawn_of)),
            "definitions": WALL,
            "link": _link(one, scope),
        }
        return subject, render_to_string("supervision/digest.html", context)


def language_of(one: Wanted) -> str:
    return one.user.language or settings.LANGUAGE_CODE[:2]


def _scope(one: Wanted) -> Scope:
    """Return what it is about: of a region, whatever else its reader may see changes nothing."""
    walls = one.user.walls
    return Scope(
        walls=replace(walls, regions=frozenset({one.region.pk})) if one.region else walls,
        now=last_moment(one.day, one.zone),
        zone=one.zone,
        days=days(one.cadence, one.day),
        team=one.team.pk if one.team else None,
        region=one.region.pk if one.region else None,
    )


def _subject(one: Wanted, scope: Scope) -> str:
    dates = scope.dates()
    first, last = (date_format(day, "j E Y") for day in (dates[0], dates[-1]))
    about = one.region.name if one.region else str(one.team)
    if one.cadence == Cadence.DAILY:
        return _("Heatmaps, %(about)s: %(day)s") % {"about": about, "day": last}
    said = _("Heatmaps, %(about)s: %(first)s to %(last)s")
    return said % {"about": about, "first": first, "last": last}


def _chart(scope: Scope, happened: Daily) -> Chart:
    labels = [short_day(day) for day in scope.dates()]
    titles = [
        _("%(day)s: opened %(opened)d, fixed %(fixed)d")
        % {"day": label, "opened": opened, "fixed": fixed}
        for label, opened, fixed in zip(labels, happened.opened, happened.fixed, strict=True)
    ]
    series = {"opened": happened.opened, "fixed": happened.fixed}
    return stacked(labels, series, titles)


def _link(one: Wanted, scope: Scope) -> str:
    asked: dict[str, Any] = {"days": scope.days if scope.days in (7, 30, 90) else 7}
    if one.region:
        asked["region"] = one.region.pk
    if one.team:
        asked["team"] = one.team.pk
    return f"{settings.PUBLIC_URL}{reverse('figures')}?{urlencode(asked)}"
