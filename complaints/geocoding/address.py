"""
Addresses as people write them, in Russian or English: taken apart, and written in one way. Pure.

Nothing here knows which towns and streets exist, so a text has several readings; the geocoder
asks the registry which of them is true.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from complaints.geocoding import house
from complaints.geocoding.left_out import parts_of_country, prepared
from complaints.geocoding.spelling import is_ordinal, words_of

MOST_READINGS = 48

_STREET = "ulitsa"
_KINDS = {
    word: kind
    for kind, words in {
        _STREET: "ulitsa ulica ul street st str",
        "prospekt": "prospekt prospect prosp prkt prt avenue ave av",
        "proezd": "proezd prd passage",
        "pr": "pr",  # either of the two above
        "pereulok": "pereulok per lane ln",
        "shosse": "shosse sh highway hwy",
        "naberezhnaya": "naberezhnaya nab embankment emb",
        "bulvar": "bulvar bulv bul br boulevard blvd",
        "ploshchad": "ploshchad pl square sq",
        "tupik": "tupik tup",
        "alleya": "alleya alley",
        "liniya": "liniya line",
        "kvartal": "kvartal",
        "mikrorayon": "mikrorayon mkr mkrn mn",
        "trakt": "trakt",
        "spusk": "spusk",
        "doroga": "doroga dor road rd",
        "territoriya": "territoriya ter",
    }.items()
    for word in words.split()
}
_NAMES_TOO = {"naberezhnaya", "liniya", "line", "doroga", "territoriya", "kvartal"}
_TOWN = frozenset(
    words_of(
        "g gor gorod city town pos poselok pgt rp p s selo village d der derevnya stanitsa khutor"
        " aul sl sloboda snt dnp"
    )
)
_AFTER_TOWN = frozenset(
    words_of("g gor gorod city pos poselok pgt rp p s selo village d der derevnya")
)
_IDLE = frozenset({"imeni", "im", "no"})


@dataclass(frozen=True)
class Town:
    """A name that may be a settlement's."""

    key: str
    marked: bool  # the text says that it is one («г.», «с.»)
    apart: bool = True  # it stands apart from the street: by a comma, or by «ул.»


@dataclass(frozen=True)
class Reading:
    """One way to understand an address. A name is a key: see `name_key`."""

    towns: tuple[Town, ...]
    street: str  # "" where no street is named
    kind: str  # "ulitsa", "prospekt" …; "" if not said
    house: str  # a key of house.py; "" where none is named


@dataclass(frozen=True)
class _Phrase:
    """Words that belong together, as their author's commas and marks say."""

    words: tuple[str, ...]
    town: bool

    @property
    def has_kind(self) -> bool:
        return _kind_at(self.words) is not None


def name_key(words: Iterable[str]) -> str:
    """Return a name's words in the one order in which names are compared."""
    return " ".join(sorted(word.rstrip("~") for word in words if word not in _IDLE))


def town_key(name: str) -> str:
    """Return the key of a settlement's name: «г. Москва» and "Moskva" are "moskva"."""
    words = [word for phrase in _phrases(prepared(name)) for word in phrase.words]
    return name_key(words)


def street_key(name: str) -> tuple[str, str]:
    """Return the key of a street's name, and its kind: «1-я Полевая ул.» → 1 polevaya, ulitsa."""
    words = words_of(prepared(name))
    at = _kind_at(tuple(words))
    if at is None:
        return name_key(words), ""
    return name_key(words[:at] + words[at + 1 :]), _KINDS[words[at]]


def normalise(text: str) -> str:
    """
    Return the one spelling of an address that all its spellings share.

    Flat and country are left out, the order of words does not matter, and the house stands last:
    «Москва, 1-я Полевая ул., д. 5 корп. 1, кв. 7» is "1~ moskva polevaya #5k1". What tells two
    villages of one name apart stands first, where it is said: of the postcode the three digits
    that are a region's, and regions and districts by their names; whoever leaves them out may mean
    either village. Normalising again changes nothing.
    """
    for _ in range(16):  # of a segment ten words are read, and each pass may take one of them
        again = _normalised(text)
        if again == text:
            break
        text = again
    return text


def _normalised(text: str) -> str:
    bare = prepared(text)
    rest, number = next(_without_house(bare), (bare, ""))
    words: list[str] = []
    for phrase in _phrases(rest):
        at = _kind_at(phrase.words)
        for place, word in enumerate(phrase.words):
            kind = _KINDS[word] if place == at else word
            words += [] if kind == _STREET and place == at else [kind]
    kept = sorted(word for word in words if word not in _IDLE)
    spelling = " ".join([*kept, f"#{number}"] if number else kept)
    return ", ".join([*parts_of_country(text), spelling])


def readings(text: str) -> list[Reading]:
    """Return what an address may mean, the likeliest first, MOST_READINGS at most."""
    found = (
        reading
        for rest, number in _without_house(prepared(text))
        for reading in _readings(_phrases(rest), number)
    )
    return list(dict.fromkeys(islice(found, MOST_READINGS)))


def _without_house(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text without its house, and the house: each number that it may be, then none."""
    numbers = house.find(text)
    marked = [found for found in numbers if found.marked]
    likely = [found for found in numbers if not found.named]
    choices: list[house.Found | None] = [*marked[-1:]]
    if not marked:
        choices += likely[-1:]
        if all(found.named or found.leading for found in numbers):
            choices.append(None)  # each may belong to the street's name
        choices += [*likely[:1], *numbers[-1:]]
    for found in dict.fromkeys(choices):
        if found is None:
            yield text, ""
        else:
            yield f"{text[: found.start]} , {text[found.end :]}", found.key


def _phrases(text: str) -> list[_Phrase]:
    phrases: list[_Phrase] = []
    for segment in text.split(",")[:12]:
        words = words_of(segment)[:10]
        start, town = 0, False
        for at, word in enumerate(words):
            if _opens_town(words, at):
                phrases.append(_Phrase(tuple(words[start:at]), town))
                start, town = at + 1, True
            elif word in _AFTER_TOWN and at == len(words) - 1 and at > start:
                phrases.append(_Phrase(tuple(words[start:at]), town=True))
                start = at + 1
        phrases.append(_Phrase(tuple(words[start:]), town))
    return [phrase for phrase in phrases if phrase.words][:8]


def _opens_town(words: list[str], at: int) -> bool:
    """Whether the word is a mark such as «г.» or «с.», with a name after it."""
    if at + 1 == len(words) or len(words[at + 1]) < 2 or words[at + 1][0].isdigit():
        return False
    # "St Petersburg" begins with what is a street anywhere else
    return words[at] in _TOWN or (at == 0 and words[at] == "st")


def _kind_at(words: tuple[str, ...]) -> int | None:
    """Return which of the words is the kind of street; not a name, such as «Набережная ул.»."""
    places = [at for at, word in enumerate(words) if word in _KINDS and len(words) > 1]
    surer = [at for at in places if words[at] not in _NAMES_TOO]
    return next(iter(surer or places), None)


def _readings(phrases: list[_Phrase], number: str) -> Iterator[Reading]:
    streets = [phrase for phrase in phrases if phrase.has_kind]
    named = streets or [phrase for phrase in phrases if not phrase.town]
    for street in reversed(named):
        others = [Town(name_key(p.words), p.town) for p in phrases if p is not street]
        for town, words, kind, apart in _splits(street):
            towns = [*others, Town(name_key(town), street.town, apart)] if town else others
            yield Reading(tuple(towns), name_key(words), kind, number)
    if not streets and phrases:
        towns = [Town(name_key(phrase.words), phrase.town) for phrase in phrases]
        yield Reading(tuple(towns), "", "", number)


_Split = tuple[tuple[str, ...], tuple[str, ...], str, bool]


def _splits(phrase: _Phrase) -> Iterator[_Split]:
    """Yield (town, street, kind, apart): the ways to part one phrase."""
    words, at = phrase.words, _kind_at(phrase.words)
    if at is not None:
        yield from _parted(phrase, _KINDS[words[at]], words[:at], words[at + 1 :])
    if at is None or words[at] in _NAMES_TOO:
        yield from _parted(phrase, "", words, ())


def _parted(
    phrase: _Phrase, kind: str, before: tuple[str, ...], after: tuple[str, ...]
) -> Iterator[_Split]:
    whole = before + after
    if not phrase.town:
        yield (), whole, kind, True
    for town, street in _parts(before, after):
        if all(map(is_ordinal, town)):
            continue  # of the street: the fourth is not the third with a district before it
        if not phrase.town or town == phrase.words[: len(town)]:
            yield town, street, kind, phrase.town or (town == before and street == after)


def _parts(
    before: tuple[str, ...], after: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield (town, street): a town stands first or last, the kind of street may part them."""
    if before and after:
        yield before, after
        yield after, before
    for at in range(1, len(before)):
        yield before[:at], before[at:] + after
    if not after:
        for at in range(1, len(before)):
            yield before[at:], before[:at]
    for at in range(1, len(after)):
        yield after[at:], before + after[:at]
