"""A server that answers as Nominatim, Photon, Yandex and DaData do, and can fail as they can."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOUSE = (55.7522, 37.6156)  # where every house is that is found: latitude, longitude


class Geocoders(ThreadingHTTPServer):
    """Knows each address but those of `unknown`; `how` it behaves can be changed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, float]] = []  # which, of what, when
        self.headers: list[dict[str, str]] = []
        self.unknown: set[str] = set()
        self.status = 200
        self.more: dict[str, str] = {}  # headers of its answers
        self.body: bytes | None = None  # instead of what it knows
        self.pause = 0.0  # seconds before it answers
        self.precision = "house"
        self.point = HOUSE

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def geocoders() -> Iterator[Geocoders]:
    server = Geocoders()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Geocoders

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        told = parse_qs(asked.query)
        if asked.path.endswith("/1.x/"):
            self._answer("yandex", told["geocode"][0])
        elif "addressdetails" in told:
            self._answer("nominatim", told["q"][0])
        else:
            self._answer("photon", told["q"][0])

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer("dadata", told["query"])

    def _answer(self, which: str, address: str) -> None:
        server = self.server
        server.asked.append((which, address, time.monotonic()))
        server.headers.append(dict(self.headers))
        time.sleep(server.pause)
        precision = "" if address in server.unknown else server.precision
        told = ANSWERS[which](address, precision, *server.point)
        body = server.body if server.body is not None else json.dumps(told).encode()
        self.send_response(server.status)
        for name, value in {"Content-Length": str(len(body)), **server.more}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(body)


def _number(address: str) -> str:
    return re.findall(r"\d+", address)[-1]


def _nominatim(address: str, precision: str, lat: float, lon: float) -> Any:
    parts: dict[str, dict[str, str]] = {
        "house": {"house_number": _number(address), "road": "Новая улица"},
        "street": {"road": "Новая улица"},
        "locality": {"city": "Москва"},
        "": {},
    }
    one = {
        **{"lat": str(lat), "lon": str(lon), "display_name": address},
        **{"class": "place", "type": precision, "address": parts[precision]},
    }
    return [one] if precision else []


def _photon(address: str, precision: str, lat: float, lon: float) -> Any:
    told = {"name": "Новая улица", "type": {"locality": "city"}.get(precision, precision)}
    if precision == "house":
        told |= {"housenumber": _number(address), "street": "Новая улица"}
    one = {"geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": told}
    return {"type": "FeatureCollection", "features": [one] if precision else []}


def _yandex(address: str, precision: str, lat: float, lon: float) -> Any:
    said = {"house": "exact", "street": "street", "locality": "other"}.get(precision)
    meta = {"precision": said, "kind": precision}
    one = {
        "GeoObject": {
            "metaDataProperty": {"GeocoderMetaData": meta},
            **{"name": address, "description": "Россия", "Point": {"pos": f"{lon} {lat}"}},
        }
    }
    return {"response": {"GeoObjectCollection": {"featureMember": [one] if precision else []}}}


def _dadata(address: str, precision: str, lat: float, lon: float) -> Any:
    code = {"house": "0", "street": "2", "locality": "4"}.get(precision)
    data = {"geo_lat": str(lat), "geo_lon": str(lon), "qc_geo": code, "house": _number(address)}
    return {"suggestions": [{"value": address, "data": data}] if precision else []}


ANSWERS = {"nominatim": _nominatim, "photon": _photon, "yandex": _yandex, "dadata": _dadata}
