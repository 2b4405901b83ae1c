"""What of the side bar its reader may use, how much waits there, and where a day begins."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from heatmaps_project.desk.danger.views import waiting
from heatmaps_project.navigation import FIRST, QUEUE, SIDEBAR, Item
from spots.escalation.inbox import unread

# How many rows wait on a page, by the name of its URL; "": none.
BADGES: dict[str, Callable[[HttpRequest], str]] = {
    "admin:spots_notice_changelist": unread,
    "emergencies": waiting,
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups and lines that the reader may use; a group without lines is left out."""
    groups: list[dict[str, Any]] = []
    for title, items in SIDEBAR:
        lines = [
            {"title": item.title, "icon": item.icon, "link": link, **_badge(item, request)}
            for item in items
            if request.user.has_perm(item.permission) and (link := _link(item.view))
        ]
        if lines:
            groups.append({"title": title, "separator": bool(groups), "items": lines})
    return groups


def _badge(item: Item, request: HttpRequest) -> dict[str, str]:
    count = BADGES.get(item.view)
    waiting = count(request) if count else ""
    return {"badge": waiting} if waiting else {}


def _link(view: str) -> str:
    """The page's address; "" where an installation goes without it."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the page that the reader's day begins with, or that asks them to sign in."""
    return redirect(_link(FIRST.get(getattr(request.user, "role", ""), QUEUE)) or QUEUE)
