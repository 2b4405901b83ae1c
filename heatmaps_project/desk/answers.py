"""The answer to a caller: where they are, what is known there, and what to say about it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from django.contrib.gis.geos import Point

from complaints.customers.personal import masked_place
from complaints.customers.walls import Walls
from complaints.geocoding import geocoder
from complaints.geocoding.models import Region
from complaints.intake.models import Precision
from heatmaps_project.desk.phrases.models import words_of
from heatmaps_project.desk.sentences import SPEECH, Kind, Situation, sentence
from heatmaps_project.desk.speech import Language
from spots.cases.events import EventKind
from spots.cases.models import Event
from spots.cases.states import WORKING
from spots.maps.lookup import Known, KnownSpot, known_at
from spots.network.models import NetworkEvent

MOST_MOVES = 10  # of a term; the newest
UNKNOWN = Known(covering=(), near=(), coverage=(), coverage_is_drawn=False, events=())
_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Place:
    """Where the caller is."""

    point: Point  # WGS 84
    label: str = ""  # the address that was found; empty: a point was asked for
    precision: str = ""  # of Precision: how near the point is to the address
    of_caller: bool = False  # where they complained from last: the label is masked

    @property
    def shown(self) -> Point:
        """Where a page draws it; a caller's to a hundred metres: the exact one is their home."""
        if not self.of_caller:
            return self.point
        return Point(*masked_place(*self.point.coords), srid=self.point.srid)


@dataclass(frozen=True)
class Move:
    """A term that was promised, and by when; the first is no move of an earlier one."""

    at: datetime  # when it was set
    eta_at: datetime


@dataclass(frozen=True)
class Answer:
    place: Place | None  # None: nobody knows where the caller is
    region_id: int | None  # that the place lies in
    known: Known
    situation: Situation
    spot: KnownSpot | None  # that the sentence is about
    sentences: dict[Language, str]
    doing: dict[Language, str]  # what is being done about the spot; empty without one
    moves: tuple[Move, ...]  # of the spot's term, oldest first
    now: datetime  # when this was so

    @property
    def others_near(self) -> list[KnownSpot]:
        """The spots near by, without the one that the sentence is about."""
        return [one for one in self.known.near if one != self.spot]


def find(address: str) -> Place | None:
    """Return the one place an address stands for; None if there is none, or several as likely."""
    match = geocoder.geocode(address)
    return Place(match.point, match.label, match.precision) if match else None


def answer_at(place: Place | None, *, walls: Walls, own: bool = False, now: datetime) -> Answer:
    """
    What to tell a caller from a place, of what a reader behind `walls` may know.

    own  they read it themselves: nobody says it to them
    """
    known = known_at(point=place.point, walls=walls, now=now) if place else UNKNOWN
    if place and place.of_caller:
        known = _roughly(known)
    told = [*_of_place(place), *_of_spots(known), *_of_network(known, now)]
    situation, spot = min(told, key=lambda one: _ORDER[one[0].kind])
    words = words_of(_brand_of(walls, spot), own=own)
    return Answer(
        place=place,
        region_id=_region_of(place.point) if place else None,
        known=known,
        situation=situation,
        spot=spot,
        sentences={
            name: sentence(situation, language=name, now=now, own=own, words=words[name])
            for name in SPEECH
        },
        doing={name: one.doing[spot.state] for name, one in SPEECH.items()} if spot else {},
        moves=tuple(_moves(spot.id)) if spot else (),
        now=now,
    )


def _roughly(known: Known) -> Known:
    """With distances in hundreds of metres: those to two outlines tell where a caller lives."""
    near = (replace(one, metres=ceil(one.metres / 100) * 100) for one in known.near)
    return replace(known, near=tuple(near))


def _region_of(point: Point) -> int | None:
    regions = Region.objects.filter(outline__covers=point).order_by("pk")
    return regions.values_list("pk", flat=True).first()


def _brand_of(walls: Walls, spot: KnownSpot | None) -> int | None:
    """Return whose words are said: the spot's, or the only one's that is read; None: nobody's."""
    if spot is not None:
        return spot.brand_id
    return next(iter(walls.brands)) if walls.brands is not None and len(walls.brands) == 1 else None


def _moves(spot_id: int) -> Iterator[Move]:
    """Yield the terms that were promised, each that differs from the one before."""
    planned = Event.objects.filter(case=spot_id, kind=EventKind.PLANNED).order_by("-at", "-pk")
    last = None
    for at, facts in reversed(planned.values_list("at", "facts")[:MOST_MOVES]):
        eta_at = datetime.fromisoformat(facts["eta_at"]) if facts.get("eta_at") else None
        if eta_at and eta_at != last:
            yield Move(at, eta_at)
            last = eta_at


def _of_place(place: Place | None) -> Iterator[tuple[Situation, KnownSpot | None]]:
    # What is true of a town's centre need not be true of an address in it.
    if place is None or place.precision == Precision.LOCALITY:
        yield Situation(Kind.UNSURE), None


def _of_spots(known: Known) -> Iterator[tuple[Situation, KnownSpot | None]]:
    """Yield what there is to say of each spot, over the place or near it."""
    for spot in known.covering:
        yield _of_spot(Kind.WORKING if spot.state in WORKING else Kind.FIXED, spot), spot
    for spot in known.near:
        if spot.state in WORKING:
            yield _of_spot(Kind.NEAR, spot), spot


def _of_spot(kind: Kind, spot: KnownSpot) -> Situation:
    cause = {"ru": spot.cause_ru or "", "en": spot.cause_en or ""}
    if kind is Kind.FIXED:
        return Situation(kind, at=spot.fixed_at, cause=cause)
    return Situation(kind, until=spot.eta_at, cause=cause)


def _of_network(known: Known, now: datetime) -> Iterator[tuple[Situation, KnownSpot | None]]:
    """Yield what there is to say of each outage and of the works, of coverage, and at the least."""
    for event in known.events:
        if event.kind == NetworkEvent.Kind.OUTAGE:
            yield Situation(Kind.OUTAGE, until=event.ends_at), None
        elif event.starts_at <= now:
            yield Situation(Kind.WORKS, until=event.ends_at), None
        else:
            yield Situation(Kind.WORKS_SOON, at=event.starts_at), None
    if known.coverage_is_drawn and not known.coverage:
        yield Situation(Kind.NO_COVERAGE), None
    if known.coverage and not any(there.indoor for there in known.coverage):
        yield Situation(Kind.OUTDOORS_ONLY), None
    yield Situation(Kind.NOTHING), None
