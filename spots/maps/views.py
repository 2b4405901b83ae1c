"""The map page and what it draws, tiles and a view's spots: each within the reader's walls."""

import hashlib

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.maps.forms import USUAL_HOURS, BoxForm, TileForm
from spots.maps.geojson import spots_within
from spots.maps.grid import NoSuchTileError, Tile
from spots.maps.kept import body_of, named
from spots.maps.layers import LAYERS
from spots.maps.tiles import base_tile
from spots.network.models import Technology

# seconds a browser may go on showing a tile without asking again
BASE_TILE_AGE = 3600
DATA_TILE_AGE = 15

PERIODS = (
    (6, _("six hours")),
    (24, _("a day")),
    (168, _("a week")),
    (USUAL_HOURS, _("four weeks")),
    (2184, _("a quarter")),
    (8760, _("a year")),
)

may_see_map = permission_required("spots.view_spot", raise_exception=True)


@require_safe
@may_see_map
def base_map_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    return _tile_answer(request, base_tile(_tile(z, x, y)), age=BASE_TILE_AGE)


@require_safe
@may_see_map
def data_map_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    tile, form = _tile(z, x, y), TileForm(request.GET)
    if not form.is_valid():
        return JsonResponse(form.errors, status=400)
    asked = form.asked(walls=walls_of(request), now=timezone.now())
    layers = [
        name
        for name in form.cleaned_data["layers"]
        if request.user.has_perm(LAYERS[name].permission)
    ]
    wanted = named(tile, asked, layers=layers)
    if wanted.etag is None:
        return _tile_answer(request, body_of(wanted), age=DATA_TILE_AGE)
    unchanged = get_conditional_response(request, etag=quote_etag(wanted.etag))
    if unchanged is not None:
        unchanged.headers["ETag"] = quote_etag(wanted.etag)
        unchanged.headers["Cache-Control"] = _private(DATA_TILE_AGE)
        return unchanged
    return _tile_answer(request, body_of(wanted), age=DATA_TILE_AGE, etag=wanted.etag)


@require_safe
@may_see_map
def spots_geojson(request: HttpRequest) -> HttpResponse:
    """The most urgent spots of a view, now or at a past moment, as GeoJSON."""
    form = BoxForm(request.GET)
    if not form.is_valid():
        return JsonResponse(form.errors, status=400)
    found = spots_within(box=form.box, walls=walls_of(request), at=form.cleaned_data["at"])
    return JsonResponse(found, content_type="application/geo+json")


@require_safe
@admin.site.admin_view
@may_see_map
def map_page(request: HttpRequest) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Map"),
        "technologies": Technology.values,
        "periods": PERIODS,
        "usual_hours": USUAL_HOURS,
        "topics": Topic.objects.order_by("code"),
        "settings": {
            "tiles": "/tiles/data/{z}/{x}/{y}.mvt",
            "spots": reverse("map-spots"),
            "pageUrl": _spot_page(),
            "bounds": _first_view(walls_of(request)),
            "language": get_language(),
            "timeZone": timezone.get_current_timezone_name(),
            "words": {
                "state": _("State"),
                "customers": _("Customers"),
                "cause": _("Cause"),
                "promised": _("Promised by"),
                "since": _("Since"),
                "open": _("Open the spot"),
                "unknown": _("not known yet"),
                "inView": _("Spots in view"),
                "mostUrgent": _("only the most urgent are drawn"),
                "unreachable": _("No connection to the server: what you see may be old."),
            },
        },
    }
    return render(request, "map.html", context)


def _first_view(walls: Walls) -> list[list[float]]:
    """South-west and north-east corners of the reader's regions: [[latitude, longitude], …]."""
    west, south, east, north = Region.objects.within(walls).extent() or (-180.0, -60.0, 180.0, 75.0)
    return [[south, west], [north, east]]


def _spot_page() -> str:
    """The address of a spot's page, with 0 in place of its number."""
    return reverse("admin:spots_spot_change", args=[0])


def _tile(z: int, x: int, y: int) -> Tile:
    try:
        return Tile(z, x, y)
    except NoSuchTileError as error:
        raise Http404 from error


def _tile_answer(
    request: HttpRequest, body: bytes, *, age: int, etag: str | None = None
) -> HttpResponse:
    """A tile, by a name of its own (usually a digest of it); 304 where the browser has that."""
    quoted = quote_etag(etag or hashlib.sha256(body).hexdigest()[:32])
    answer = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile")
    answer.headers["ETag"] = quoted
    answer.headers["Cache-Control"] = _private(age)
    return get_conditional_response(request, etag=quoted, response=answer) or answer


def _private(age: int) -> str:
    return f"private, max-age={age}"
