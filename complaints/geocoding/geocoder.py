"""
Address to point: the registry of houses first, then the gazetteer of towns.

What a text may mean (address.py) is looked up reading by reading, and each answer is scored. An
address is placed only when one answer is good enough and no other is as good. A street that is
not found is never replaced by its town's centre, nor a town that is not known by another's
street of the same name: such addresses are for a person to place.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from django.contrib.gis.geos import Point

from complaints.geocoding import address, gazetteer, house, registry
from complaints.geocoding.address import Reading
from complaints.geocoding.models import Locality
from complaints.geocoding.registry import KnownHouse, KnownStreet, WantedStreet
from complaints.geocoding.respelling import respelt
from complaints.geocoding.spelling import likeness
from complaints.intake.models import Precision

ACCEPTED = 0.7  # the score from which an address is placed without a person
PROPOSED = 0.4  # the score from which an answer is worth showing
_RIVAL = 0.04  # two answers nearer than this are equally good …
_SAME_PLACE = 0.003  # … unless they are this near, degrees (about 300 m)

# What costs how much of the score, 1 being all that was asked.
_NO_TOWN = 0.9  # no town given; only one has the street
_SEVERAL_TOWNS = 0.65  # no town given, and several have it
_WORDS_LEFT = 0.95  # words that are no known town: a district, perhaps
_TOWN_LEFT = 0.6  # a word that is said to be a town, and is not known
_NO_HOUSE = 0.85  # the street has no such house
_CALLED_STREET = 0.75  # «улица» for «переулок»
_OTHER_KIND = 0.65  # «проезд» for «проспект»: another street
_KIND_NOT_SAID = 0.9  # no kind given, and it is not «улица»
_NO_STREETS = 0.7  # the town is known to the gazetteer only
_NEAR_KM = 60.0  # a registry's town and the gazetteer's of the same name are one within this

_Streets = Callable[[Sequence[WantedStreet]], list[tuple[WantedStreet, KnownStreet]]]
_Answer = tuple[Reading, KnownStreet, float]  # the street of a reading, and how well it fits


@dataclass(frozen=True)
class Match:
    """Where an address is."""

    point: Point  # WGS 84
    precision: Precision
    score: float  # 0 … 1: how sure
    label: str  # the address found, as the registry spells it


@dataclass(frozen=True)
class _Place:
    """A locality that a name stands for."""

    locality_id: int | None  # None: known to the gazetteer only
    name: str
    point: Point
    score: float


def geocode(text: str) -> Match | None:
    """
    Return the one place an address stands for; None if there is none, or several as likely.

    Reads MAX_LENGTH characters of the text, in a bounded number of queries.
    """
    found = _found(text)
    again = respelt(text)
    if not _is_sure(found) and again != text:
        found = _found(again)
    if not _is_sure(found):
        return None
    best = found[0]
    rivals = (other for other in found[1:] if other.score > best.score - _RIVAL)
    return best if all(_same_place(best, other) for other in rivals) else None


def _found(text: str) -> list[Match]:
    asked = _Asked.of(text)
    # errors are only looked for in names that nothing has: the usual address is answered sooner
    return _ranked(asked, registry.streets_named) or _ranked(asked, registry.streets_alike)


def _is_sure(found: list[Match]) -> bool:
    return bool(found) and found[0].score >= ACCEPTED


def suggest(text: str, limit: int = 8) -> list[Match]:
    """Return the likeliest places of an address that may be unfinished, the best first."""
    return _ranked(_Asked.of(text), registry.streets_typed, typed=True)[:limit]


def candidates(text: str, limit: int = 6) -> list[Match]:
    """Return what an address may stand for, for a person to choose from, the best first."""
    return _ranked(_Asked.of(text), registry.streets_alike)[:limit]


def _same_place(one: Match, other: Match) -> bool:
    return one.point.distance(other.point) < _SAME_PLACE


@dataclass(frozen=True)
class _Asked:
    """What a text may mean, and what is known of the towns in it."""

    readings: list[Reading]
    places: dict[str, _Place]  # by the keys of their names

    @classmethod
    def of(cls, text: str) -> Self:
        readings = address.readings(text)
        return cls(readings, _places({town.key for row in readings for town in row.towns}))


def _ranked(asked: _Asked, streets: _Streets, *, typed: bool = False) -> list[Match]:
    best: dict[str, Match] = {}
    for match in (*_in_streets(asked, streets, typed=typed), *_in_towns(asked)):
        if match.score >= max(PROPOSED, best[match.label].score if match.label in best else 0):
            best[match.label] = match
    return sorted(best.values(), key=lambda match: (-match.score, len(match.label), match.label))


def _places(keys: set[str]) -> dict[str, _Place]:
    """Return what is known of the names that may be towns, by their keys."""
    keys.discard("")
    exact = registry.localities(keys)
    found = {key: _known(locality, 1.0) for key, locality in exact.items()}
    if not found:
        found = {key: place for key in sorted(keys) if (place := _by_gazetteer(key))}
    if not found and keys:
        found = _places_alike(sorted(keys))
    return found


def _places_alike(keys: list[str]) -> dict[str, _Place]:
    """Return the towns whose names are near to the keys: only when none has exactly theirs."""
    found: dict[str, _Place] = {}
    for key, locality in registry.localities_alike(keys):
        score = likeness(key, locality.key)
        if key.count(" ") < locality.key.count(" "):
            continue  # Novgorod is not Nizhny Novgorod
        if score >= ACCEPTED and score > (found[key].score if key in found else 0):
            found[key] = _known(locality, score)
    for key in keys:
        town = None if found else gazetteer.find_alike(key)
        if town is not None:
            found[key] = _known_or_gazetteer(town, 0.9)
    return found


def _by_gazetteer(key: str) -> _Place | None:
    town = gazetteer.find(key)
    return None if town is None else _known_or_gazetteer(town, 1.0)


def _known_or_gazetteer(town: gazetteer.Town, score: float) -> _Place:
    """Return the registry's locality for another name of it («Питер», "Moscow"), if it has it."""
    point = Point(town.lon, town.lat, srid=4326)
    for locality in registry.localities(town.keys).values():
        if locality.point.distance(point) * 111 < _NEAR_KM:
            return _known(locality, score)
    return _Place(locality_id=None, name=town.name, point=point, score=score)


def _known(locality: Locality, score: float) -> _Place:
    return _Place(locality.pk, locality.name, locality.point, score)


def _in_streets(asked: _Asked, streets: _Streets, *, typed: bool) -> Iterator[Match]:
    questions = [
        (reading, factor, (reading.street, locality))
        for reading in asked.readings
        if reading.street
        for locality, factor in _towns_of(reading, asked.places)
    ]
    known: dict[WantedStreet, list[KnownStreet]] = {}
    for wanted, street in streets(list(dict.fromkeys(wanted for *_, wanted in questions))):
        known.setdefault(wanted, []).append(street)
    answers = [
        (reading, street, score)
        for reading, factor, wanted in questions
        for street in known.get(wanted, ())
        if (score := factor * _street_fit(reading, street, typed=typed)) >= PROPOSED
    ]
    yield from _houses(_in_one_town(answers), typed=typed)


def _in_one_town(answers: list[_Answer]) -> Iterator[_Answer]:
    """Yield the answers, less sure where no town was given and several have such a street."""
    best: dict[Reading, float] = {}
    for reading, _, score in answers:
        best[reading] = max(score, best.get(reading, 0))
    towns: dict[Reading, set[int]] = {}
    for reading, street, score in answers:
        if not reading.towns and score > best[reading] - 2 * _RIVAL:
            towns.setdefault(reading, set()).add(street.locality_id)
    for reading, street, score in answers:
        yield reading, street, score * (_SEVERAL_TOWNS if len(towns.get(reading, ())) > 1 else 1)


def _towns_of(reading: Reading, places: dict[str, _Place]) -> Iterator[tuple[int | None, float]]:
    """Yield the localities to look for the reading's street in, and what the choice costs."""
    known = {town.key: places[town.key] for town in reading.towns if town.key in places}
    left = 1.0
    for town in reading.towns:
        if town.key not in known:
            left = min(left, _TOWN_LEFT if town.marked else _WORDS_LEFT)
    for place in known.values():
        if place.locality_id is not None:
            yield place.locality_id, place.score * left
    if not reading.towns:
        yield None, _NO_TOWN


def _street_fit(reading: Reading, street: KnownStreet, *, typed: bool) -> float:
    fit = likeness(reading.street, street.key)
    if typed and fit < _KIND_NOT_SAID and reading.street in street.key:
        fit = _KIND_NOT_SAID
    either = reading.kind == "pr" and street.kind in {"prospekt", "proezd"}
    if reading.kind == street.kind or either or not street.kind:
        return fit
    if not reading.kind:
        return fit if street.kind == "ulitsa" else fit * _KIND_NOT_SAID
    return fit * (_CALLED_STREET if reading.kind == "ulitsa" else _OTHER_KIND)


def _houses(answers: Iterable[_Answer], *, typed: bool) -> Iterator[Match]:
    """Yield the houses of the likeliest streets, or the streets where there is no such house."""
    likeliest = sorted(answers, key=lambda answer: -answer[2])[:16]
    known = registry.houses(
        ((street.pk, reading.house) for reading, street, _ in likeliest if reading.house),
        typed=typed,
    )
    for reading, street, score in likeliest:
        found = list(_fitting(reading.house, known.get(street.pk, ()), typed=typed))
        for row, fit in found:
            label = f"{_label(street)}, {row.name}"
            yield Match(row.point, Precision.HOUSE, score * fit, label)
        if not found:
            yield _on_street(reading, street, score)


def _fitting(
    wanted: str, known: Iterable[KnownHouse], *, typed: bool
) -> Iterator[tuple[KnownHouse, float]]:
    rows = list(known)
    exact = [] if typed else [row for row in rows if row.key == wanted]
    several = [row for row in rows if "/" in wanted and house.is_one_of_several(row.key)]
    # «12» is no «вл. 12» where there is a 12, nor is «12/4» that 12 where there is a «12/3».
    for row in exact or several or rows:
        fit = house.fit(wanted, row.key)
        if typed and row.key.startswith(wanted):
            fit = max(fit, 0.97 if house.number(row.key) == house.number(wanted) else 0.95)
        if wanted and fit > 0:
            yield row, fit


def _on_street(reading: Reading, street: KnownStreet, score: float) -> Match:
    point = Point(street.lon, street.lat, srid=4326)
    if not reading.house:
        return Match(point, Precision.STREET, score, _label(street))
    near = registry.nearest_house(street.pk, reading.house) if score >= ACCEPTED else None
    point = near.point if near else point
    return Match(point, Precision.STREET, score * _NO_HOUSE, _label(street))


def _label(street: KnownStreet) -> str:
    return f"{street.locality}, {street.name}"


def _in_towns(asked: _Asked) -> Iterator[Match]:
    """Yield the towns of addresses that name no street, or a town whose streets are not known."""
    for reading in asked.readings:
        known = [(t, asked.places[t.key]) for t in reading.towns if t.key in asked.places]
        if not known:
            continue
        town, place = known[-1]
        if len(known) == len(reading.towns) and not reading.street:
            if town.marked or len(known) > 1 or not reading.house:
                yield Match(place.point, Precision.LOCALITY, place.score, place.name)
        elif place.locality_id is None:
            score = _NO_STREETS * place.score * (1 if town.apart else _WORDS_LEFT)
            yield Match(place.point, Precision.LOCALITY, score, place.name)
