"""The numbers of houses: found in a text, written in one way, compared. Pure."""

import re
from dataclasses import dataclass

from complaints.geocoding.spelling import clean

_PART = r"\d{1,4}(?:[a-z]|\s[a-z](?=\s*(?:$|,)))?|[a-z]"
_BLOCK = rf"[\s,./-]* (?:korpus|korp|kor|bld|k) [\s.\#]* (?:{_PART}) (?: (?![\w~/]) | (?=[sc]\d) )"
_BUILDING = rf"""
    [\s,./-]* (?:stroenie|stroen|str|sooruzhenie|soor|building|bldg|[sc](?![a-z])) [\s.\#]*
    (?:{_PART}) (?: (?![\w~/]) | (?=k\d) )
"""
_HOUSE = re.compile(
    rf"""
    (?<![\w/~-])
    (?:  # a run of marks is read in one way: in two for each, fifty of «№» took years
        (?: (?P<mark> (?:dom|d|house|hse|zdanie|zd|uchastok|uch)(?![a-z]) | \# )
          | (?P<estate> (?:domovladenie|dvld|vladenie|vlad|vld|vl)(?![a-z]) | v(?=\d) )
        ) [\s.]*
    )*
    (?P<number> \d{{1,5}}) (?![\d~])
    (?: (?![kcs][\s.]*\d) (?P<letter> [a-z]{{1,2}}?) (?= [kcs]\d | [^a-z0-9] | $ )
      | [\s-]+ (?![kcs][\s.]*\d) (?P<spaced> [a-z])
        (?= \s* (?: $ | , | (?:korpus|korp|kor|k|stroenie|str|s|c)[\s.]*\d ) )
    )?
    (?: \s* (?P<dash> [/-]) \s* (?P<second> \d{{1,5}}[a-z]?) (?![\w~]) )?
    (?: [\s,.]* (?:litera|liter|lit) [\s.]* (?P<litera> [a-z]) (?![\w~]) )?
    (?: (?P<k>{_BLOCK}) (?P<s>{_BUILDING})? | (?P<s_first>{_BUILDING}) (?P<k_last>{_BLOCK})? )?
    (?![\w~])
    """,
    re.VERBOSE,
)
_JOINED = re.compile(r"^(\w+)[/-](\d+[a-z]?)$")
_SEVERAL = re.compile(r"[/-]|\d[a-z]?k")
_LAST = re.compile(rf"(?:{_PART})$")
_KEY = re.compile(
    r"(?P<estate>vl)?(?P<number>\d+)(?P<letter>[a-z]*)(?P<second>[/-]\w+)?(?P<rest>.*)"
)
# Numbers before these words are a part of the street's name: «8 Марта», «40 лет Октября».
_NAMED = re.compile(
    r"\s*-?\s*(?:yanvarya|fevralya|marta|aprelya|maya|iyunya|iyulya|avgusta|sentyabrya|oktyabrya"
    r"|noyabrya|dekabrya|let|letiya|goda|km|kilometr|liniya|kvartal|mikrorayon|mkr)\b"
)
_LEADING = re.compile(r"(?:^|,|ul|ulitsa|street)[\s.]*\|\s+[a-z]{3}")


@dataclass(frozen=True)
class Found:
    """A house's number in a text: where it stands, and whether it was called one («д. 5»)."""

    start: int
    end: int
    key: str
    marked: bool
    named: bool  # more likely a part of a street's name: «8 Марта»
    leading: bool  # may be a part of one: «2 Полевая»


def find(text: str) -> list[Found]:
    """Return the numbers in a cleaned text that can be a house's."""
    return [
        Found(
            start=match.start(),
            end=match.end(),
            key=_key(match),
            marked=bool(match["mark"] or match["estate"]),
            named=bool(_NAMED.match(text, match.end())),
            leading=bool(_LEADING.search(text[: match.start()] + "|" + text[match.end() :])),
        )
        for match in _HOUSE.finditer(text)
    ]


def house_key(text: str) -> str:
    """
    Return a house's number in the one way it is compared: «д. 5 корп. 1» is "5k1".

    "" for a text without a number.
    """
    cleaned = clean(text)
    found = find(cleaned)
    return found[0].key if found else ""


def _key(match: re.Match[str]) -> str:
    parts = match.groupdict(default="")
    number = str(int(parts["number"]))
    return (
        ("vl" if parts["estate"] else "")
        + number
        + (parts["letter"] or parts["spaced"] or parts["litera"])
        + (parts["dash"] + parts["second"])
        + _named("k", parts["k"] or parts["k_last"])
        + _named("s", parts["s"] or parts["s_first"])
    )


def _named(mark: str, part: str) -> str:
    """Return a part of a house without the word for it: «, корп. 3» is "k3"."""
    found = _LAST.search(part)
    return mark + found[0].replace(" ", "") if found else ""


def number(key: str) -> int:
    """Return the number that a house's key begins with, 0 if none."""
    match = _KEY.fullmatch(key)
    return int(match["number"]) if match else 0


def is_one_of_several(key: str) -> bool:
    """Whether others may share the house's number: it is a block, or on a corner."""
    return bool(_SEVERAL.search(key))


def fit(wanted: str, known: str) -> float:
    """
    Return how well a known house answers a wanted one, 0 … 1, by their keys.

    A house on a corner has two numbers («5/7») and is found by the first; what follows a dash
    or stroke may be a flat, or a block. Another letter, block or building is another house: 0.
    """
    if wanted == known:
        return 1.0
    if _JOINED.sub(r"\1k\2", wanted) == known:
        return 0.935  # a rival of the house that is called so, and of the one without a block
    ours, theirs = _KEY.fullmatch(wanted), _KEY.fullmatch(known)
    if ours is None or theirs is None:
        return 0.0
    if (ours["number"], ours["letter"], ours["rest"]) != (
        theirs["number"],
        theirs["letter"],
        theirs["rest"],
    ):
        return 0.0
    second, other = ours["second"] or "", theirs["second"] or ""
    estate = ours["estate"] == theirs["estate"]
    if second[1:] == other[1:]:
        return 0.97 if estate else 0.92  # the same but for how its parts are joined, or «вл.»
    if second and other:
        return 0.0
    return 0.9 if estate else 0.85
