"""Addresses in the demo's towns, and how people write them: by rule, the same every time."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from complaints.geocoding.imports import AddressRow
from heatmaps_project.demo.streets import TownPlan
from heatmaps_project.demo.towns import Town, towns

KINDS = (
    *("улица", "улица", "проспект", "улица", "переулок", "улица", "бульвар"),
    *("проезд", "улица", "шоссе", "улица", "набережная", "площадь", "улица"),
)
FEMININE = {"улица", "набережная", "площадь"}
SHORT = {
    **{"улица": "ул.", "проспект": "пр-т", "переулок": "пер.", "бульвар": "б-р"},
    **{"проезд": "пр-д", "шоссе": "ш.", "набережная": "наб.", "площадь": "пл."},
}
SHORTER = {**SHORT, "проспект": "просп.", "бульвар": "бул.", "проезд": "пр."}
# Names that stand after the kind and say nothing of its gender: two kinds may share one.
OF_SOMEBODY = (
    *("Ленина", "Мира", "Академика Королёва", "8 Марта", "Карла Маркса", "Гагарина"),
    *("50 лет Октября", "Марии Рябининой", "Маршала Жукова", "Горького"),
)
# {}: its number. Each stands in the registry beside the others, ready to be taken for them.
HOUSES = (
    *("{}", "{}А", "{} к1", "{} к2", "{} с1", "{} к1 с2", "{}/7", "{}Б", "вл. {}"),
    *("{}А с3", "{} к1А", "{}"),
)
LATIN = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"},
}
MOST_HOUSES = 20  # of a street
PASSPORT = {**LATIN, "й": "i", "ю": "iu", "я": "ia", "ъ": "ie"}
SLOPPY = {**LATIN, "й": "j", "ю": "ju", "я": "ja", "х": "h", "ц": "c", "щ": "sch"}


@dataclass(frozen=True)
class Place:
    """A house of the registry."""

    town: Town
    street: str  # without its kind
    kind: str
    house: str  # as the registry spells it
    lon: float
    lat: float

    @property
    def row(self) -> AddressRow:
        return AddressRow(self.town.name_ru, self.full, self.house, self.lon, self.lat)

    @property
    def full(self) -> str:
        """The street as the registry spells it."""
        return self.called(self.kind)

    @property
    def short(self) -> str:
        return self.called(SHORT[self.kind])

    def called(self, kind: str) -> str:
        parts = (kind, self.street) if self.street in OF_SOMEBODY else (self.street, kind)
        return " ".join(parts)

    @property
    def in_words(self) -> str:
        """The house as a clerk writes it."""
        spelt = self.house.replace(" к", ", корп. ").replace(" с", ", стр. ")
        return spelt.replace("вл.", "владение") if "вл" in spelt else f"д. {spelt}"

    @property
    def number(self) -> str:
        return re.sub(r"\D", " ", self.house).split()[0]

    @property
    def marked_town(self) -> str:
        population = self.town.population
        mark = "г." if population > 6500 else "пос." if population > 2500 else "с."
        return f"{mark} {self.town.name_ru}"


def registry() -> list[Place]:
    """Return houses of all the towns' streets, with neighbours that they can be taken for."""
    return [place for number, town in enumerate(towns()) for place in _of_town(number, town)]


def in_a_street_of_its_own(places: list[Place]) -> list[Place]:
    """Return those whose street's name is only once in the registry."""
    streets = {(place.town, place.street, place.kind) for place in places}
    named = Counter(street for _, street, _ in streets)
    return [place for place in places if named[place.street] == 1]


def _of_town(number: int, town: Town) -> Iterator[Place]:
    named = set()
    for order, street in enumerate(TownPlan(town).streets):
        name, kind = _named(street.name.removesuffix(" улица"), order, number)
        if (name, kind) in named:
            continue
        named.add((name, kind))
        for at, house in enumerate(street.houses[:MOST_HOUSES]):
            spelt = HOUSES[(at + order) % len(HOUSES)].format(house.number)
            yield Place(town, name, kind, spelt, house.lon, house.lat)
            if spelt != house.number and at % 2:
                yield Place(town, name, kind, house.number, house.lon + 0.0002, house.lat)


def _named(name: str, order: int, town: int) -> tuple[str, str]:
    kind = KINDS[(order + town) % len(KINDS)]
    if order % 3 == 2:
        return OF_SOMEBODY[(order // 3 + town) % len(OF_SOMEBODY)], kind
    if name == "Набережная" or kind in FEMININE:
        return name, kind if name != "Набережная" else "улица"
    if kind == "шоссе":
        return name[:-2].replace("-я ", "-е ") + ("ее" if name.endswith("яя") else "ое"), kind
    soft = name.endswith("яя") or name[-3] in "кгхжшщ"
    return name[:-2].replace("-я ", "-й ") + ("ий" if soft else "ый"), kind


Spelling = Callable[[Place], str]
Spoiling = Callable[[str, int], str]


def _form(pattern: str) -> Spelling:
    return lambda place: pattern.format(
        p=place, town=place.town.name_ru, short=place.short, house=place.house
    )


def _changed(pattern: str, **changes: str) -> Spelling:
    """Return a form with words of it changed, each to what is named for it."""

    def spell(place: Place) -> str:
        text = _form(pattern)(place)
        for was, becomes in changes.items():
            text = text.replace(was.replace("_", " "), becomes)
        return text

    return spell


def _latin(pattern: str, letters: dict[str, str]) -> Spelling:
    def spell(place: Place) -> str:
        text = _form(pattern)(place).lower().replace("ё", "е").replace("ъ", "").replace("ь", "")
        return "".join(letters.get(letter, letter) for letter in text)

    return spell


def _street_spoilt(spoil: Spoiling) -> Spelling:
    return lambda p: f"{p.town.name_ru}, {SHORT[p.kind]} {_spoilt(p.street, spoil)}, {p.house}"


def _town_spoilt(spoil: Spoiling) -> Spelling:
    return lambda p: f"{_spoilt(p.town.name_ru, spoil)}, {p.short}, {p.house}"


def _spoilt(text: str, spoil: Spoiling) -> str:
    """Spoil the longest word near its middle."""
    word = max(text.split(), key=len)
    return text.replace(word, spoil(word, len(word) // 2))


ERRORS: dict[str, Spoiling] = {
    "two letters swapped": lambda word, at: word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    "a letter missing": lambda word, at: word[:at] + word[at + 1 :],
    "a letter twice": lambda word, at: word[:at] + word[at] + word[at:],
    "a letter wrong": lambda word, at: (
        f"{word[:at]}{'п' if word[at] == 'р' else 'р'}{word[at + 1 :]}"
    ),
    "as it sounds": lambda word, _: word.replace(*(("о", "а") if "о" in word else ("е", "и")), 1),
}
SPELLINGS: dict[str, Spelling] = {
    "in full": _form(
        "155900, Россия, Ивановская область, {p.marked_town}, {p.full}, {p.in_words}, кв. 12"
    ),
    "short": _form("{p.marked_town}, {short}, {p.in_words}"),
    "shorter": lambda p: f"{p.town.name_ru}, {p.called(SHORTER[p.kind])} {p.house}",
    "kind last": lambda p: f"{p.town.name_ru}, {p.street} {SHORT[p.kind]}, {p.house}",
    "kind first": lambda p: f"{p.town.name_ru}, {SHORT[p.kind]} {p.street}, {p.house}",
    "no kind": _changed("{town}, {short} {house}", **{"ул.": ""}),
    "no commas": _form("{town} {short} {house}"),
    "neither": _changed("{town} {short} {house}", **{"ул.": ""}),
    "no spaces after commas": _changed(
        "{p.marked_town}, {short}, {p.in_words}, кв.7", **{",_": ","}
    ),
    "capitals": lambda p: f"{p.marked_town} {p.short} {p.in_words}".upper(),
    "small letters": lambda p: f"{p.town.name_ru} {p.full} {p.house}".lower().replace("ё", "е"),
    "the house first": _form("{house}, {p.full}, {town}"),
    "from small to large": _form("кв. 5, {p.in_words}, {short}, {p.marked_town}, Ивановская обл."),
    "the street first": _form("{p.full} {house}, {town}"),
    "the house joined": _changed("{town}, {short}, д.{house}", _к="к", _с="с"),
    "the house in words": _changed("{town}, {short}, дом {house}", _к=" корпус ", _с=" строение "),
    "with floor and flat": _form("{town}, {short}, {p.in_words}, под. 2, эт. 3, кв. 41"),
    "names shortened": _changed(
        "{town}, {short}, {house}", Академика="Ак.", Маршала="М.", Марии="М.", Карла="К."
    ),
    "titles left out": _changed("{town}, {short}, {house}", Академика_="", Маршала_=""),
    "ordinals by their number": _changed(
        "{town}, {short}, д. {house}", **{"-я_": " ", "-й_": " ", "-е_": " "}
    ),
    "with a district": _form(
        "Ивановская обл., Шуйский район, {p.marked_town}, {short}, {p.in_words}"
    ),
    "in Latin, as maps write": _latin("{town}, {p.full}, {house}", LATIN),
    "in Latin, as passports write": _latin("{town}, {p.full}, {house}", PASSPORT),
    "in Latin, as telephones write": _latin("{town} {short} {house}", SLOPPY),
    "Latin letters among ours": _changed("{town}, {short}, {house}", А="A", Е="E", о="o", с="c"),
    **{f"{name} in the street": _street_spoilt(spoil) for name, spoil in ERRORS.items()},
    **{f"{name} in the town": _town_spoilt(spoil) for name, spoil in ERRORS.items()},
}
# Of a house in a street whose name no other town has, nor the same town for another kind.
TOWNLESS: dict[str, Spelling] = {
    "no town": _form("{short}, {p.in_words}"),
    "no town and no commas": _form("{short} {house}"),
}
# What has no house in the registry: any house that is claimed for it is a wrong one.
NOWHERE: dict[str, Spelling] = {
    "a number that is not there": _form("{p.marked_town}, {short}, д. 1{p.number}9"),
    "a letter that is not there": _form("{p.marked_town}, {short}, д. {p.number}Я"),
    "a block that is not there": _form("{p.marked_town}, {short}, д. {p.number} корп. 9"),
    "a street that is not there": _form("{town}, ул. {p.number}-я Неведомая, {house}"),
    "a village that is not there": _form("дер. Малые Гадюки, {short}, {house}"),
    "a street of many towns, and no town": _form("ул. Ленина, {house}"),
    "a town and a number": _form("{p.marked_town}, {house}"),
}
