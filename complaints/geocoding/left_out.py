"""What of an address names neither town, street nor house: flat, postcode, region. Pure."""

import re

from complaints.geocoding.spelling import clean, words_of

_HYPHENS = {
    "pr-t": "prospekt",
    "pr-kt": "prospekt",
    "pr-d": "proezd",
    "b-r": "bulvar",
    "ul-tsa": "ulitsa",
    "sh-se": "shosse",
    "pl-d": "ploshchad",
    "pl-shchad": "ploshchad",
    "per-k": "pereulok",
    "m-n": "mikrorayon",
    "mk-n": "mikrorayon",
    "st-tsa": "stanitsa",
    "r-n": "rayon",
}
_HYPHENED = re.compile(rf"(?<![\w-])(?:{'|'.join(_HYPHENS)})(?![\w-])")
_TURNED = re.compile(  # «12, 3-й корпус»
    r"(?<![\w~])(\d{1,5}[a-z]?)[\s,]+(\d{1,3}[a-z]?)~?\s+(korpus|korp|stroenie)(?!\w|[\s.#]*\d)"
)
_POSTCODE = re.compile(r"(?<![\w/~-])\d{6}(?![\w/~-])")
_FLAT = re.compile(
    r"(?<![\w-])(?:kvartira|kv|apartment|apt|ap|flat|ofis|office|of|komnata|komn|pomeshchenie|pom"
    r"|podezd|pod|etazh|et|floor)[\s.#]*\d+[a-z]?(?![\w~])"
)
_ADJECTIVE = r"[a-z-]+(?:aya|iy|yy|oy)"
_REGION_WORD = r"(?:oblast|obl|kray|rayon|okrug|ao)"
_REGION = re.compile(
    r"(?<![\w-])(?:"
    rf"{_ADJECTIVE}\s+(?:avtonomnyy\s+|federalnyy\s+|gorodskoy\s+)?{_REGION_WORD}"
    rf"|{_REGION_WORD}[\s.]+{_ADJECTIVE}"
    r"|(?:respublika|resp)[\s.]+[a-z-]+|[a-z-]+\s+(?:republic|region|oblast|district)"
    r"|rossiyskaya federatsiya|russian federation|rossiya|russia|rf"
    r")(?![\w-])\.?"
)
_IDLE = frozenset(  # which of them is meant, its name says
    words_of(
        "oblast obl kray rayon okrug ao avtonomnyy federalnyy gorodskoy respublika resp republic"
        " region district rossiyskaya rossiyskoy russian federatsiya federation rossiya russia rf"
    )
)


def prepared(text: str) -> str:
    """Return the cleaned text without flat, postcode and region."""
    text = _written(text)
    for left_out in (_POSTCODE, _REGION):
        text = left_out.sub(" , ", text)
    return text


def _written(text: str) -> str:
    """Return the cleaned text without flat."""
    text = _HYPHENED.sub(lambda match: _HYPHENS[match[0]], clean(text))
    text = _TURNED.sub(r"\1 \3 \2", text)
    return _FLAT.sub(" , ", text)


def parts_of_country(text: str) -> list[str]:
    """
    Return what of a country an address names: of its postcode the region's digits, and regions.

    Written as another reading understands them again: "170000", "tverskaya region".
    """
    written = _written(text)
    postcodes = {f"{found[:3]}000" for found in _POSTCODE.findall(written)}
    named = _REGION.findall(_POSTCODE.sub(" , ", written))
    names = {
        " ".join(w for w in name.replace(".", " ").split() if w not in _IDLE) for name in named
    }
    return [*sorted(postcodes), *(f"{name} region" for name in sorted(names - {""}))]
