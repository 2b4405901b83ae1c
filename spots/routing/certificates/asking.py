"""Who may serve a brand's callers at a moment."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from complaints.customers.walls import Walls
from spots.routing.certificates.models import Certificate, CertifiedBrand


def today(now: datetime) -> date:
    """Return the day by which certificates end: this installation's."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def certified(users: Collection[int], *, brand_id: int, now: datetime) -> frozenset[int]:
    """Return those of some people who may serve a brand: all of them where it asks for nothing."""
    if not CertifiedBrand.objects.filter(brand=brand_id, active=True).exists():
        return frozenset(users)
    valid = Certificate.objects.filter(brand=brand_id, user__in=users, until__gte=today(now))
    return frozenset(valid.values_list("user_id", flat=True))


def lacking(user_id: int, *, walls: Walls, now: datetime) -> list[tuple[str, date | None]]:
    """Return which of the brands behind `walls` somebody may not serve, and since when not."""
    theirs = Certificate.objects.filter(user=user_id, brand=OuterRef("brand"))
    rows = CertifiedBrand.objects.filter(active=True).exclude(
        Exists(theirs.filter(until__gte=today(now)))
    )
    if walls.brands is not None:
        rows = rows.filter(brand__in=walls.brands)
    rows = rows.annotate(ended=theirs.values("until")[:1]).order_by("brand__name")
    return list(rows.values_list("brand__name", "ended"))


def refusal(user_id: int, *, brand_id: int, now: datetime) -> str:
    """Return why somebody may not serve a brand; empty: they may."""
    if certified([user_id], brand_id=brand_id, now=now):
        return ""
    return _("This brand is served with a valid certificate only.")
