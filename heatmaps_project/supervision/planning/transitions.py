"""Measuring places where spots return, and deciding about them; nothing else writes proposals."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from complaints.alone import alone
from complaints.intake.models import Complaint
from heatmaps_project.supervision.planning.models import Proposal, ProposalLink, ProposalStep
from heatmaps_project.supervision.planning.reading import (
    Hit,
    Period,
    hits,
    measured,
    nearest_sites,
    spots_of,
)
from heatmaps_project.supervision.planning.recurrence import (
    BACK_WITHIN,
    Place,
    middle,
    outline,
    places,
)
from heatmaps_project.supervision.planning.states import ASKS_WHY, BY_HAND, MOVES, Kind, State
from heatmaps_project.supervision.planning.worth import Facts, Worth, band_of, weighed
from spots.network.models import NetworkEvent

PLAN: Final = "heatmaps_project.plan_network"
_LOCK: Final = 0x706C_616E  # "plan": of measuring, apart from other advisory locks
_AT_ONCE: Final = 1000  # rows in a statement
_MEASURED: Final = (
    *("place", "centre", "outline", "site", "recurs", "measured_at", "cases", "spots"),
    *("came_back", "affected", "subscribers", "complaints", "per_thousand", "share"),
    *("factors", "worth", "band"),
)


class RefusedError(Exception):
    """The proposal's present state, or the person's rights, do not allow this."""


@transaction.atomic
def measure_all(*, now: datetime) -> int:
    """
    Measure each place where spots return, by brand and region, and return how many there are.

    The window ends with the last whole hour, so the timetable asks once an hour: a place's share
    and worth are among all, and nothing can be left out. One worker at a time.
    """
    if not alone(_LOCK):
        return 0
    period = Period(now.replace(minute=0, second=0, microsecond=0))
    pairs = set(spots_of(period).order_by().values_list("brand", "region").distinct())
    pairs |= set(Proposal.objects.order_by().values_list("brand", "region").distinct())
    return sum(_measure(brand, region, period) for brand, region in sorted(pairs))


@transaction.atomic
def move(*, proposal_id: int, kind: Kind, note: str, by: AbstractUser, now: datetime) -> Proposal:
    """
    Decide about a proposal, by the table of moves.

    :raises RefusedError: its state or `by`'s rights do not allow it, or it is not said why
    """
    row = _begun(proposal_id, by=by)
    if kind not in BY_HAND or row.state not in MOVES[kind].sources:
        state = row.get_state_display()
        raise RefusedError(_("That cannot be done: it is “%(state)s”.") % {"state": state})
    if kind in ASKS_WHY and not note.strip():
        raise RefusedError(_("Say why."))
    _moved(row, kind, note=note.strip(), by=by, now=now)
    return row


@transaction.atomic
def link(*, proposal_id: int, event_id: int, by: AbstractUser, now: datetime) -> None:
    """
    Link an accident, works or a building plan: its priority rises with the proposal's.

    :raises RefusedError: `by` may not, or it is of another brand
    """
    row = _begun(proposal_id, by=by)
    event = NetworkEvent.objects.filter(brand=row.brand_id, pk=event_id).first()
    if event is None:
        raise RefusedError(_("There is no such work of this brand."))
    made = {"band": row.band, "raised_at": now, "by_id": by.pk}
    _linked, is_new = ProposalLink.objects.get_or_create(proposal=row, event=event, defaults=made)
    if is_new:
        _step(row, Kind.LINK, note=event.title, by=by, now=now)


@transaction.atomic
def unlink(*, proposal_id: int, event_id: int, by: AbstractUser, now: datetime) -> None:
    """
    Remove a link; one that is not there changes nothing.

    :raises RefusedError: `by` may not
    """
    row = _begun(proposal_id, by=by)
    for linked in row.links.filter(event=event_id).select_related("event"):
        linked.delete()
        _step(row, Kind.UNLINK, note=linked.event.title, by=by, now=now)


def _measure(brand: int, region: int, period: Period) -> int:
    """Measure the places of a brand in a region, and return how many recur."""
    own = {"brand": brand, "region": region}
    known = {
        row.cell: row for row in Proposal.objects.select_for_update().filter(**own).order_by("pk")
    }
    all_hits = hits(spots_of(period).filter(**own), period)
    found = places([hit.past for hit in all_hits.values()], known=known)
    shapes = [json.dumps(outline(place.cells or (place.anchor,))) for place in found]
    facts = measured(found, shapes, all_hits, period, brand=brand)
    everybody = Complaint.objects.in_effect().filter(
        **own, occurred_at__gte=period.since, occurred_at__lt=period.until
    )
    told = everybody.count()
    rows = []
    for place, shape, each, worth in zip(found, shapes, facts, weighed(facts), strict=True):
        row = known.get(place.anchor) or Proposal(
            brand_id=brand, region_id=region, cell=place.anchor, found_at=period.until
        )
        _fill(row, place, all_hits, each, worth, told=told, shape=shape, period=period)
        rows.append(row)
    _write(rows, all_hits, brand=brand, region=region, now=period.until)
    return sum(place.recurs for place in found)


def _fill(
    row: Proposal,
    place: Place,
    all_hits: Mapping[int, Hit],
    facts: Facts,
    worth: Worth,
    *,
    told: int,
    shape: str,
    period: Period,
) -> None:
    """Put into a row what was measured of its place."""
    own = [all_hits[case] for case in place.spots]
    newest = max(own, key=lambda hit: hit.opened_at, default=None)
    if newest:
        row.place = newest.place
    row.centre, row.outline = Point(*middle(place.anchor), srid=4326), _shaped(shape)
    row.recurs, row.measured_at = place.recurs, period.until
    row.cases, row.spots, row.came_back = list(place.spots), len(place.spots), place.came_back
    row.affected, row.subscribers, row.complaints = (
        facts.affected,
        facts.subscribers,
        facts.complaints,
    )
    row.per_thousand = worth.per_thousand
    row.share = min(1.0, facts.complaints / told) if told else 0.0
    row.factors = {**vars(facts), **vars(worth)}
    row.worth = worth.worth
    row.band = band_of(row.share, min((hit.band for hit in own if hit.band), default=None))


def _shaped(geojson: str) -> MultiPolygon:
    shape = GEOSGeometry(geojson, srid=4326)
    assert isinstance(shape, MultiPolygon)  # recurrence.outline makes nothing else
    return shape


def _write(
    rows: Sequence[Proposal],
    all_hits: Mapping[int, Hit],
    *,
    brand: int,
    region: int,
    now: datetime,
) -> None:
    """Write all rows of a brand in a region, and what follows; as many queries for any number."""
    sites = nearest_sites({row.cell: row.centre for row in rows if row.site_id is None}, brand)
    new = [row for row in rows if row.pk is None]
    for row in rows:
        row.site_id = sites.get(row.cell, row.site_id)
    Proposal.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["brand", "region", "cell"],
        update_fields=_MEASURED,
        batch_size=_AT_ONCE,
    )
    ProposalStep.objects.bulk_create(
        [ProposalStep(proposal=row, kind=Kind.FOUND, at=now) for row in new], batch_size=_AT_ONCE
    )
    _raise_links(ProposalLink.objects.filter(proposal__brand=brand, proposal__region=region), now)
    for row in rows:
        if row.state == State.DONE and _returned(row, all_hits):
            _moved(row, Kind.RETURNED, note="", by=None, now=now)


def _raise_links(links: QuerySet[ProposalLink], now: datetime) -> None:
    """Give what is linked the band that its place has now."""
    changed = links.exclude(band=F("proposal__band")).select_related("event", "proposal")
    for linked in changed.order_by("pk"):
        row = linked.proposal
        said = f"{linked.event.title}: P{linked.band} → P{row.band}"
        linked.band, linked.raised_at = row.band, now
        linked.save(update_fields=["band", "raised_at"])
        _step(row, Kind.RAISED, note=said, by=None, now=now)


def _returned(row: Proposal, all_hits: Mapping[int, Hit]) -> bool:
    done = row.done_at
    opened = (all_hits[case].opened_at for case in row.cases)
    return done is not None and any(done < at <= done + BACK_WITHIN for at in opened)


def _begun(proposal_id: int, *, by: AbstractUser) -> Proposal:
    """Return the proposal, locked, if `by` may decide about it."""
    if not by.has_perm(PLAN):
        raise RefusedError(_("You may not decide about places where spots return."))
    return Proposal.objects.select_for_update().get(pk=proposal_id)


def _moved(row: Proposal, kind: Kind, *, note: str, by: AbstractUser | None, now: datetime) -> None:
    row.state = MOVES[kind].target
    row.done_at = now if row.state == State.DONE else None
    row.save(update_fields=["state", "done_at"])
    _step(row, kind, note=note, by=by, now=now)


def _step(
    row: Proposal, kind: Kind, *, note: str = "", by: AbstractUser | None, now: datetime
) -> None:
    fields: dict[str, Any] = {"kind": kind, "at": now, "by": by, "note": note}
    ProposalStep.objects.create(proposal=row, **fields)
