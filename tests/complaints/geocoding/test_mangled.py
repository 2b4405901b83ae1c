"""How many houses are found, and how many taken for others, however people write them."""

import pytest

from complaints.geocoding import imports
from complaints.geocoding.geocoder import geocode
from complaints.geocoding.respelling import respelt
from tests.complaints.geocoding.mangled import (
    NOWHERE,
    SPELLINGS,
    TOWNLESS,
    in_a_street_of_its_own,
    registry,
)

OF_EACH = 20  # houses asked in each spelling: 740 addresses, and 140 of no house
STRIDE = 7919  # houses between two that are asked: a prime, so that all towns come


def _asked(spellings, places):
    """Yield (spelling's name, text, house meant)."""
    for number, (name, spell) in enumerate(spellings.items()):
        for each in range(OF_EACH):
            place = places[(number * OF_EACH + each) * STRIDE % len(places)]
            yield name, spell(place), place


def _claimed(text):
    match = geocode(text)
    return match.point.tuple if match and match.precision == "house" else None


def test_nearly_every_house_is_found_and_hardly_one_is_taken_for_another(db, record_property):
    places = registry()
    imports.load(place.row for place in places)

    asked = [
        *_asked(SPELLINGS, places),
        *_asked(TOWNLESS, in_a_street_of_its_own(places)),
    ]
    missed, wrong = [], []
    for name, text, place in asked:
        claimed = _claimed(text)
        if claimed != (place.lon, place.lat):
            (wrong if claimed else missed).append((name, text))
    wrong += [(name, text) for name, text, _ in _asked(NOWHERE, places) if _claimed(text)]

    right = 1 - (len(missed) + len(wrong)) / len(asked)
    record_property("right", right)
    record_property("wrong", len(wrong) / len(asked))
    assert right >= 0.97, missed
    assert len(wrong) / len(asked) <= 0.005, wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Москва, ул. Полевая, 12A", "Москва, ул. Полевая, 12A"),
        ("Кoмcoмoльcк, ул. Полевaя", "Комсомольск, ул. Полевая"),
        ("Shuia, Iuzhnyi proezd, 5", "shuya, yuzhnyy proezd, 5"),
        ("Kohma, Shujskij pr-t 5", "kokhma, shuyskiy pr-t 5"),
        ("nab. Marii Riabininoi", "nab. marii ryabininoy"),
        ("Piscovo, Cvetochnaja ul.", "pistsovo, tsvetochnaya ul."),
        ("5 Polevaya highway, Tver city", "5 polevaya highway, tver city"),
    ],
)
def test_letters_that_are_not_ours_are_read_as_ours(text, expected):
    assert respelt(text) == expected
