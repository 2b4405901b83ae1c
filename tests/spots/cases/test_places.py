"""Where a case is, in words."""

import pytest
from django.contrib.gis.geos import Point

from complaints.models import Address, Locality, Street
from spots.cases.places import place_in_words

pytestmark = pytest.mark.django_db


def at(lon: float, lat: float) -> Point:
    return Point(lon, lat, srid=4326)


@pytest.fixture(autouse=True)
def _registry():
    town = Locality.objects.create(name="Тверь", key="тверь", point=at(35.9, 56.86))
    for name, lon in (("улица Мира", 35.90), ("Лесная улица", 35.92)):
        street = Street.objects.create(locality=town, name=name, key=name, point=at(lon, 56.86))
        Address.objects.create(
            street=street, house="5", house_key="5", number=5, point=at(lon, 56.86)
        )


@pytest.mark.parametrize(
    ("point", "words"),
    [
        pytest.param(at(35.919, 56.861), "Тверь, Лесная улица", id="near a house"),
        pytest.param(at(36.1, 56.86), "Тверь", id="out of town"),
        pytest.param(at(37.5, 55.25), "55.250, 37.500", id="where nothing is known"),
    ],
)
def test_a_place_is_named_by_what_is_nearest(point, words):
    assert place_in_words(point) == words
