"""What the one map's scripts are told: addresses, words, layers."""

from typing import Any

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from spots.maps.forms import USUAL_HOURS
from spots.maps.layers import LAYERS
from spots.network.models import Technology

WORDS: dict[str, Promise] = {
    "state": _("State"),
    "customers": _("Customers"),
    "cause": _("Cause"),
    "promised": _("Promised by"),
    "since": _("Since"),
    "open": _("Open the spot"),
    "grew": _("How it grew"),
    "unknown": _("not known yet"),
    "inView": _("Spots in view"),
    "mostUrgent": _("only the most urgent are drawn"),
    "unreachable": _("No connection to the server: what you see may be old."),
    "signIn": _("Signed out: sign in again."),
    "outage": _("Outage"),
    "works": _("Planned works"),
    "build": _("New build"),
    "endless": _("end not known"),
    "outdoor": _("outdoors"),
    "indoor": _("indoors"),
    "site": _("Site"),
    "observed": _("Complaints"),
    "usual": _("usual"),
    "surveys": _("Poor answers of all"),
    "counters": _("Failures of all attempts"),
    "single": _("Single case"),
    "singles": _("Single cases"),
    "nothingFound": _("Nothing was found."),
    "now": _("now"),
    "asOf": _("as it was on"),
    "play": _("Play"),
    "pause": _("Pause"),
    "copied": _("Copied"),
    "copyThis": _("Copy this address"),
}
# Boxes to tick, by the permission of the tile's layer that they show; coverage has one each.
NAMES: dict[str, Promise] = {
    "spots": _("Spots"),
    "singles": _("Single cases"),
    "events": _("Outages and works"),
    "heat": _("Complaints: heat"),
    "surplus": _("Complaints: more than usual"),
    "complaints": _("Complaints: each one (near)"),
    "sites": _("Sites"),
    "surveys": _("Surveys of network quality"),
    "counters": _("Counters of cells"),
    **{technology: _("Coverage") for technology in Technology.values},
}


def settings_of(reader: AbstractUser | AnonymousUser) -> dict[str, Any]:
    """Return what the scripts take, of what a reader may see, in their language and time zone."""
    return {
        "tiles": "/tiles/data/{z}/{x}/{y}.mvt",
        "spots": reverse("map-spots"),
        "pageUrl": reverse("admin:spots_spot_change", args=[0]),  # 0: in place of its number
        "language": get_language(),
        "timeZone": timezone.get_current_timezone_name(),
        "hours": USUAL_HOURS,
        "layers": {name: _label(name) for name in NAMES if may_see(reader, name)},
        "words": {name: str(word) for name, word in WORDS.items()},
    }


def may_see(reader: AbstractUser | AnonymousUser, name: str) -> bool:
    layer = LAYERS["coverage" if name in Technology.values else name]
    return reader.has_perm(layer.permission)


def _label(name: str) -> str:
    return f"{NAMES[name]} {name}" if name in Technology.values else str(NAMES[name])
