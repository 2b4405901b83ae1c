"""Letters and words of addresses: one plain alphabet, and how alike two names are. Pure."""

import re
import unicodedata

MAX_LENGTH = 300  # characters of an address that are read; no real one is longer

# Everything is compared in plain Latin letters: "Rustaveli" and «Руставели» are one name, and
# the database's collation does not matter to the trigrams of an ASCII text.
_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
        **{"ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"},
        **{"ъ": "", "ь": "", "ю": "yu", "я": "ya", "і": "i", "ї": "i", "є": "e", "ґ": "g"},
        **{"ў": "u", "ә": "a", "ө": "o", "ү": "u", "җ": "zh", "ң": "n", "һ": "h", "қ": "k"},
        **{'"': "", "'": "", "«": "", "»": "", "’": "", "–": "-", "—": "-", "−": "-"},
        **{";": ",", "(": ",", ")": ",", "\n": ",", "\\": "/"},
    }
)
_STRANGE = re.compile(r"[^a-z0-9,/.#~-]|(?<!\d)~")
_ORDINAL = re.compile(
    r"(?<![\w~])(\d{1,3})"
    r"(?:\s?-\s?(?:ya|aya|y|yy|iy|oy|oe|e|go|ogo|kh|ey)|\s?(?:ya|aya)|(?:yy|iy|oy|st|nd|rd|th))"
    r"(?![\w~])"
)


def clean(text: str) -> str:
    """
    Return a text in small plain Latin letters, digits and , / . # ~ - with single spaces.

    Only MAX_LENGTH characters are read. An ordinal becomes its number and a tilde («1-я» and
    "1st" are "1~"), so that it is never taken for the number of a house.
    """
    text = text[:MAX_LENGTH].replace("№", "#")
    text = unicodedata.normalize("NFKC", text).lower().translate(_LATIN)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    text = " ".join(_STRANGE.sub(" ", text).split())
    return _ORDINAL.sub(r"\1~", text)[:MAX_LENGTH]


# «Третья» in all its genders, in our own letters.
_ORDINAL_WORD = re.compile(
    r"(?:perv|vtor|tret|chetvert|pyat|shest|sedm|vosm|devyat|desyat)(?:aya|oe|yy|oy|iy|ya|e)"
)


def is_ordinal(word: str) -> bool:
    """Whether a cleaned word says which of several: "3~", "3" or "tretya"."""
    return word[0].isdigit() or bool(_ORDINAL_WORD.fullmatch(word))


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a cleaned text."""
    return re.findall(r"[a-z]+|\d+~?", text)


# Words that people leave out: they say little about which street is meant.
_TITLES = frozenset(
    words_of(
        "akademika admirala arkhitektora generala doktora kapitana kosmonavta letchika marshala"
        " polkovnika professora"
    )
)
# Words that stand before a name to tell it from another: «Малая» is not «Большая Ордынка».
_TELLS_APART = re.compile(
    r"(?:bolsh|mal|verkhn|nizhn|srednya|sredniy|srednee|nov|star|severn|yuzhn|zapadn|vostochn|velik)"
    r"(?:aya|yaya|yy|oy|iy|oe|ee|ie|ye)?$"
)
_ABBREVIATION = 4  # letters: «Бол.», «ак.», «М.»
_FLOOR = 0.55  # words less alike than this are different words


def likeness(wanted: str, known: str) -> float:
    """
    Return how alike two names are, 0 … 1, whatever the order of their words.

    Names are words with a space between them. Words may be shortened («Б. Полевая») or have a
    typing error; numbers may not differ: the first street is not the second.
    """
    if wanted == known:
        return 1.0
    ours, theirs = wanted.split(), known.split()
    numbers = set(filter(is_ordinal, ours))
    known_numbers = set(filter(is_ordinal, theirs))
    if numbers != known_numbers and numbers and known_numbers:
        return 0.0
    total = sum(map(_weight, ours)) + sum(map(_weight, theirs))
    weight, left = _shared(ours, theirs)
    share = 2 * weight / total if total else 0.0
    return 0.75 * share if numbers != known_numbers or any(map(_TELLS_APART.match, left)) else share


def _shared(ours: list[str], theirs: list[str]) -> tuple[float, list[str]]:
    """Return the weight of the words that both names have, and the words that only one has."""
    left, alone = list(theirs), list[str]()
    weight = 0.0
    for word in sorted(ours, key=len, reverse=True):
        fit, best = max(((_word_fit(word, other), other) for other in left), default=(0.0, ""))
        if fit >= _FLOOR:
            left.remove(best)
            weight += fit * (_weight(word) + _weight(best)) / 2
        else:
            alone.append(word)
    return weight, alone + left


def _weight(word: str) -> float:
    return 1.5 if word in _TITLES else max(len(word), 3)


def _word_fit(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if word[0].isdigit() or other[0].isdigit():
        return 0.0
    if len(word) <= _ABBREVIATION and other.startswith(word):
        return 0.95
    return 1 - edits(word, other) / max(len(word), len(other))


def edits(one: str, other: str) -> int:
    """Return the typing errors between two words: a letter too many, missing, wrong, swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, previous, row = row, before, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
