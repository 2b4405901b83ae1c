"""Addresses as people write them, from another pen than the rules of mangled.py."""

from complaints.geocoding import imports
from complaints.geocoding.geocoder import geocode
from tests.complaints.geocoding.by_hand import HOUSES, NOWHERE, registry


def _claimed(text):
    match = geocode(text)
    return match.point.tuple if match and match.precision == "house" else None


def test_addresses_written_by_hand_are_found_and_none_is_taken_for_another(db):
    rows = registry()
    imports.load(rows)
    meant = {(row.city, row.street, row.house): (row.lon, row.lat) for row in rows}
    missed, wrong, asked = [], [], 0
    for house, texts in HOUSES.items():
        for text in texts:
            asked += 1
            claimed = _claimed(text)
            if claimed != meant[house]:
                (wrong if claimed else missed).append(text)
    wrong += [text for text in NOWHERE if _claimed(text)]

    assert asked >= 200
    assert wrong == []
    assert len(missed) <= 0.05 * asked, missed
