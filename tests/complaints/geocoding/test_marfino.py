"""A trial on a real district of Moscow, where its data is at hand: how many houses are found."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command

from complaints.geocoding.geocoder import geocode

DATA = Path(__file__).parents[4] / "shared" / "data" / "moscow_marfino_addresses.csv"
EVERY = 3  # of the houses, to be quick; all of them are found when it is 1
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.exists(), reason="the trial's data is not here"),
]

SHORT = {"улица": "ул.", "проезд": "пр-д", "бульвар": "б-р", "переулок": "пер.", "шоссе": "ш."}
KIND = re.compile("|".join(SHORT))


def _short(street):
    return KIND.sub(lambda kind: SHORT[kind[0]], street)


def _kind_last(street):
    kind = KIND.search(street)[0]
    return f"{street.replace(kind, '').strip()} {kind}"


def _full_house(house):
    house = re.sub(r"\s*к(\d+)", r" корп. \1", house)
    return "д. " + re.sub(r"\s*с(\d+)", r" стр. \1", house)


def _error(street):
    """The street with two letters swapped in the middle of its longest word."""
    word = max(street.split(), key=len)
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return street.replace(word, swapped)


SPELLINGS = {
    "as in the registry": lambda street, house: f"Москва, {street}, {house}",
    "in full, with a flat": lambda street, house: (
        f"127000, г. Москва, {_short(street)}, {_full_house(house)}, кв. 12"
    ),
    "capitals, no commas": lambda street, house: f"МОСКВА {_kind_last(street)} {house}".upper(),
    "house first": lambda street, house: f"{house}, {_kind_last(street)}, Москва",
    "no town": lambda street, house: f"{street} {house}".replace("ё", "е"),
    "an error in the street": lambda street, house: f"Москва, {_error(street)}, {house}",
}


@pytest.fixture
def marfino(db):
    call_command("import_addresses", str(DATA), stdout=StringIO())
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))[::EVERY]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nearly_every_real_house_is_found_by_each_spelling(marfino, spelling, record_property):
    found = 0
    for row in marfino:
        match = geocode(SPELLINGS[spelling](row["street"], row["housenumber"]))
        place = Point(float(row["lon"]), float(row["lat"]), srid=4326)
        # some houses stand in the file twice, some metres apart
        if match and match.precision == "house" and match.point.distance(place) < 0.002:
            found += 1

    share = found / len(marfino)
    record_property("share", share)
    assert share >= 0.97
