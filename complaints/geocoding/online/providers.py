"""
What each geocoder is asked, and how exactly it says that it knows a place.

geopy knows how each of them is asked; the calls themselves are ours: to the address that was
checked, in a set time, of a bounded answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.gis.geos import Point
from geopy import exc
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.geocoders import Nominatim, Photon, Yandex
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from complaints.geocoding.address import readings
from complaints.geocoding.house import house_key
from complaints.geocoding.online.models import Kind, OnlineGeocoder, Trouble
from complaints.geocoding.transitions import region_of
from complaints.intake.models import Precision
from complaints.outgoing.calling import Answer, call, fetch

ANSWER_BYTES: Final = 1024 * 1024
USUAL: Final = {
    Kind.NOMINATIM: "https://nominatim.openstreetmap.org",
    Kind.PHOTON: "https://photon.komoot.io",
    Kind.YANDEX: "https://geocode-maps.yandex.ru",
    Kind.DADATA: "https://suggestions.dadata.ru",
}
_MOST: Final = 5  # places of one answer: streets of one name in several towns show up in them
# Degrees: what is nearer is one place, entrances of a house or pieces of a street.
_APART: Final = {Precision.HOUSE: 0.003, Precision.STREET: 0.03}
_LONGEST_WAIT_S: Final = 24 * 60 * 60  # whatever a provider asks for


@dataclass(frozen=True)
class Found:
    point: Point  # WGS 84
    precision: Precision  # house or street


class GeocoderFailedError(Exception):
    """A geocoder could not be asked: nothing is known of the address. `wait`: if it says so."""

    def __init__(self, trouble: Trouble, wait: timedelta | None = None) -> None:
        super().__init__(trouble)
        self.trouble, self.wait = trouble, wait


def ask(geocoder: OnlineGeocoder, address: str) -> Found | None:
    """
    Ask where an address is; None: it is not known at least to its street, or to be in one place.

    Only places count that one of our regions covers.

    :raises GeocoderFailedError: see there
    """
    try:
        told: list[Location] | None = _PROVIDERS[Kind(geocoder.kind)](geocoder, address)
        understood = (_understood(geocoder, one, address) for one in (told or [])[:_MOST])
        found = [one for one in understood if one is not None and region_of(one.point)]
        return _the_one(found)
    except exc.GeocoderQueryError:
        return None  # the address is nothing it could look for
    except exc.GeopyError as error:
        raise _failure(error) from None
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError):
        raise GeocoderFailedError(Trouble.GARBAGE) from None


def _the_one(found: list[Found]) -> Found | None:
    """Return the first of the most exact places, unless another as exact is elsewhere."""
    exact = [one for one in found if one.precision is Precision.HOUSE] or found
    best = next(iter(exact), None)
    if best is None:
        return None
    apart = _APART[best.precision]
    return best if all(best.point.distance(other.point) < apart for other in exact) else None


def _failure(error: exc.GeopyError) -> GeocoderFailedError:
    trouble = next((one for kind, one in _TROUBLES if isinstance(error, kind)), Trouble.FAILED)
    asked = error.retry_after if isinstance(error, exc.GeocoderRateLimited) else None
    wait = timedelta(seconds=max(0, min(asked, _LONGEST_WAIT_S))) if asked else None
    return GeocoderFailedError(trouble, wait)


_TROUBLES: Final = (
    (exc.GeocoderQuotaExceeded, Trouble.LIMIT),
    (exc.GeocoderAuthenticationFailure, Trouble.KEY),
    (exc.GeocoderInsufficientPrivileges, Trouble.KEY),
    (exc.GeocoderTimedOut, Trouble.UNREACHABLE),
    (exc.GeocoderUnavailable, Trouble.UNREACHABLE),
    (exc.GeocoderParseError, Trouble.GARBAGE),
)


class _Calls(BaseSyncAdapter):
    """How geopy calls. Neither an address nor what was answered reaches a log by its errors."""

    body: bytes | None = None  # POSTed, if there is one

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError):
            raise exc.GeocoderParseError("The answer is no JSON.") from None

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        if self.body is None:
            answer = fetch(url, headers, most=ANSWER_BYTES)
        else:
            answer = call(url, self.body, headers, most=ANSWER_BYTES)
        if answer.status is None:
            raise exc.GeocoderUnavailable(answer.error)
        if not answer.is_taken:
            raise self._refused(answer.status, answer)
        return answer.body.decode()

    @staticmethod
    def _refused(status: int, answer: Answer) -> AdapterHTTPError:
        return AdapterHTTPError(
            f"It answers {status}.", status_code=status, headers=dict(answer.headers), text=""
        )


class DaData(Geocoder):
    """
    DaData's suggestions, which geopy does not know: https://dadata.ru/api/suggest/address/

    A suggestion without coordinates is none.
    """

    def __init__(self, api_key: str, *, domain: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.api_key = api_key
        self.api = f"{self.scheme}://{domain}/suggestions/api/4_1/rs/suggest/address"

    def geocode(self, query: str, *, timeout: Any = DEFAULT_SENTINEL) -> Any:
        self.adapter.body = json.dumps({"query": query, "count": _MOST}).encode()
        headers = {
            "Authorization": f"Token {self.api_key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        return self._call_geocoder(self.api, self._parsed, timeout=timeout, headers=headers)

    def _parsed(self, told: Any) -> list[Location]:
        return [
            Location(one["value"], (float(data["geo_lat"]), float(data["geo_lon"])), one)
            for one in told["suggestions"]
            if (data := one["data"])["geo_lat"] and data["geo_lon"]
        ]


def _where(geocoder: OnlineGeocoder) -> dict[str, Any]:
    parts = urlsplit(geocoder.url or USUAL[Kind(geocoder.kind)])
    return {
        "scheme": parts.scheme,
        "domain": f"{parts.netloc}{parts.path.rstrip('/')}",
        "user_agent": "Heatmaps",
        "adapter_factory": _Calls,
    }


_PROVIDERS: Final[dict[Kind, Callable[[OnlineGeocoder, str], Any]]] = {
    Kind.NOMINATIM: lambda row, address: Nominatim(**_where(row)).geocode(
        address, exactly_one=False, limit=_MOST, addressdetails=True, language="ru"
    ),
    Kind.PHOTON: lambda row, address: Photon(**_where(row)).geocode(
        address, exactly_one=False, limit=_MOST
    ),
    Kind.YANDEX: lambda row, address: Yandex(row.key, **_where(row)).geocode(
        address, exactly_one=False, lang="ru_RU"
    ),
    Kind.DADATA: lambda row, address: DaData(row.key, **_where(row)).geocode(address),
}


def _understood(geocoder: OnlineGeocoder, told: Location, address: str) -> Found | None:
    precision, house = _SAYS[Kind(geocoder.kind)](told.raw)
    if precision is None:
        return None
    if precision is Precision.HOUSE and not _is_house_of(address, house):
        precision = Precision.STREET
    return Found(Point(told.longitude, told.latitude, srid=4326), precision)


def _is_house_of(address: str, house: str) -> bool:
    """Whether an address can mean this house: those who search by words find the one beside it."""
    asked = {reading.house for reading in readings(address)} - {""}
    return bool(asked) and (not house or house_key(house) in asked)


# How exactly each of them says that it knows the place, and the house if it names one.
_Said = tuple[Precision | None, str]


def _nominatim(raw: Any) -> _Said:
    """Its parts of an address: https://nominatim.org/release-docs/latest/api/Output/"""
    parts = raw["address"]
    if parts.get("house_number"):
        return Precision.HOUSE, str(parts["house_number"])
    is_street = raw.get("class") == "highway" or "road" in parts
    return (Precision.STREET if is_street else None), ""


def _photon(raw: Any) -> _Said:
    """Properties of its features: https://github.com/komoot/photon"""
    told = raw["properties"]
    if told.get("housenumber"):
        return Precision.HOUSE, str(told["housenumber"])
    is_street = told.get("osm_key") == "highway" or told.get("type") == "street"
    return (Precision.STREET if is_street or told.get("street") else None), ""


def _yandex(raw: Any) -> _Said:
    """Its precision, and kind of object: https://yandex.ru/maps-api/docs/geocoder-api/"""
    told = raw["metaDataProperty"]["GeocoderMetaData"]
    if told["precision"] == "exact" and told["kind"] == "house":
        return Precision.HOUSE, ""
    on_street = told["precision"] in {"exact", "number", "near", "range", "street"}
    return (Precision.STREET if on_street and told["kind"] in {"house", "street"} else None), ""


def _dadata(raw: Any) -> _Said:
    """Its qc_geo: 0 the house, 1 one near, 2 the street: https://dadata.ru/api/suggest/address/"""
    known = {"0": Precision.HOUSE, "1": Precision.STREET, "2": Precision.STREET}
    return known.get(str(raw["data"]["qc_geo"])), str(raw["data"].get("house") or "")


_SAYS: Final[dict[Kind, Callable[[Any], _Said]]] = {
    Kind.NOMINATIM: _nominatim,
    Kind.PHOTON: _photon,
    Kind.YANDEX: _yandex,
    Kind.DADATA: _dadata,
}
