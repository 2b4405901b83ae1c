"""Where a case is, in words."""

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point

from complaints.customers.personal import masked_place, masked_point
from complaints.geocoding.models import Address, Locality
from spots.cases.models import Case, Kind

STREET_M = 700  # farther from its nearest house, a place is out of town
LOCALITY_M = 30_000


def place_in_words(centre: Point) -> str:
    """Return the street of the nearest house, else the nearest town, else the coordinates."""
    address = (
        Address.objects.select_related("street__locality")
        .annotate(away=Distance("point", centre))
        .order_by(GeometryDistance("point", centre))
        .first()
    )
    if address and address.away.m <= STREET_M:
        return str(address.street)
    towns = Locality.objects.annotate(away=Distance("point", centre))
    town = towns.order_by(GeometryDistance("point", centre)).first()
    if town and town.away.m <= LOCALITY_M:
        return str(town)
    return masked_point(*centre.coords)  # a single case is somebody's home


def shown_centre(case: Case) -> tuple[float, float]:
    """
    Return the longitude and latitude of a case as anything but its own page shows it: those of a
    single one, which are its customer's home, to a hundred metres.
    """
    lon, lat = case.centre.coords
    return masked_place(lon, lat) if case.kind == Kind.SINGLE else (lon, lat)
