"""The map page and what it draws, tiles and a view's spots: each within the reader's walls."""

import hashlib
from datetime import timedelta

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
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
from spots.maps.geojson import spots_within
from spots.maps.grid import NoSuchTileError, Tile
from spots.maps.tiles import LAYERS, Asked, base_tile, data_tile
from spots.network.models import Technology

MOST_DAYS = 366
USUAL_DAYS = 28
# seconds a browser may go on showing a tile without asking again
BASE_TILE_AGE = 3600
DATA_TILE_AGE = 15

PERIODS = (
    (1, _("a day")),
    (7, _("a week")),
    (28, _("four weeks")),
    (91, _("a quarter")),
    (365, _("a year")),
)

may_see_map = permission_required("spots.view_spot", raise_exception=True)


class TileForm(forms.Form):
    """What a data tile is asked for, in its address."""

    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, required=False)
    topics = forms.CharField(
        max_length=500, required=False, validators=[RegexValidator(r"^[-\w]+(,[-\w]+)*$")]
    )
    layers = forms.CharField(max_length=100, required=False)

    def clean_layers(self) -> list[str]:
        asked = [name for name in self.cleaned_data["layers"].split(",") if name]
        if not set(asked) <= set(LAYERS):
            raise ValidationError("unknown layer")
        return asked or list(LAYERS)


class BoxForm(forms.Form):
    """A view of the map: west, south, east and north in degrees."""

    west = forms.FloatField(min_value=-180, max_value=180)
    south = forms.FloatField(min_value=-90, max_value=90)
    east = forms.FloatField(min_value=-180, max_value=180)
    north = forms.FloatField(min_value=-90, max_value=90)


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
    now, topics = timezone.now(), form.cleaned_data["topics"]
    asked = Asked(
        walls=walls_of(request),
        now=now,
        since=now - timedelta(days=form.cleaned_data["days"] or USUAL_DAYS),
        topics=frozenset(topics.split(",") if topics else ()),
        each_complaint=request.user.has_perm("complaints.view_complaint"),
    )
    body = data_tile(tile, asked, layers=form.cleaned_data["layers"])
    return _tile_answer(request, body, age=DATA_TILE_AGE)


@require_safe
@may_see_map
def spots_geojson(request: HttpRequest) -> HttpResponse:
    """The most urgent spots of a view, as GeoJSON."""
    form = BoxForm(request.GET)
    if not form.is_valid():
        return JsonResponse(form.errors, status=400)
    view = form.cleaned_data
    box = Polygon.from_bbox((view["west"], view["south"], view["east"], view["north"]))
    box.srid = 4326
    found = spots_within(box=box, walls=walls_of(request))
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
        "usual_days": USUAL_DAYS,
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


def _tile_answer(request: HttpRequest, body: bytes, *, age: int) -> HttpResponse:
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    answer = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile")
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = f"private, max-age={age}"
    return get_conditional_response(request, etag=etag, response=answer) or answer
