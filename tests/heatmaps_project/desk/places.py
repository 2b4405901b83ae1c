"""Addresses that the tests of the desk ask for."""

from complaints.geocoding import imports
from complaints.geocoding.imports import AddressRow
from tests.factories import CENTRE


def make_addresses() -> None:
    """Полевая 5 is at CENTRE, Полевая 50 four kilometres east of it."""
    lon, lat = CENTRE
    rows = [("5", lon, lat), ("50", lon + 0.065, lat)]
    imports.load(
        AddressRow(city="Рязань", street="Полевая улица", house=house, lon=east, lat=north)
        for house, east, north in rows
    )
