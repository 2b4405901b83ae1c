"""The map page and what it draws, tiles and a view's spots: each within the reader's walls."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.maps.forms import USUAL_HOURS, BoxForm, TileForm
from spots.maps.geojson import spots_within
from spots.maps.grid import NoSuchTileError, Tile
from spots.maps.kept import Drawing, named
from spots.maps.tile_answers import tile_answer
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

WALL_FOR = timedelta(days=30)  # that a wall display stays signed in


def _sees_map(user: AbstractUser | AnonymousUser) -> bool:
    """
    Whether somebody may see the map. Its tiles are no pages of the admin, which lets in the staff.

    :raises PermissionDenied: they may not, or are of the staff no longer
    """
    if user.is_staff and user.has_perm("spots.view_spot"):
        return True
    raise PermissionDenied


may_see_map = user_passes_test(_sees_map)


@require_safe
@may_see_map
def base_map_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    return tile_answer(request, partial(base_tile, _tile(z, x, y)), age=BASE_TILE_AGE)


@require_safe
@may_see_map
def data_map_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    tile, form = _tile(z, x, y), _asked_in(request.META.get("QUERY_STRING", ""))
    if not form.is_valid():
        return JsonResponse(form.errors, status=400)
    asked = form.asked(walls=walls_of(request), now=timezone.now())
    wanted = named(tile, asked, layers=form.layers_for(request.user))
    drawing = Drawing(wanted)
    return tile_answer(
        request, drawing.body, age=DATA_TILE_AGE, etag=wanted.etag, afterwards=drawing.keep
    )


@require_safe
@may_see_map
def spots_geojson(request: HttpRequest) -> HttpResponse:
    """The most urgent spots of a view, now or at a past moment, as GeoJSON."""
    form = BoxForm(request.GET)
    if not form.is_valid():
        return JsonResponse(form.errors, status=400)
    drawn = spots_within(box=form.box, walls=walls_of(request), at=form.cleaned_data["at"])
    return JsonResponse(drawn, content_type="application/geo+json")


@require_safe
@admin.site.admin_view
@may_see_map
def map_page(request: HttpRequest) -> HttpResponse:
    """The map; `?wall=1`: for a control room's wall."""
    wall = request.GET.get("wall") == "1"
    context = {
        **admin.site.each_context(request),
        "title": _("Map"),
        "technologies": Technology.values,
        "periods": PERIODS,
        "ranges": PERIODS,
        "topics": Topic.objects.order_by("code"),
        "wall": wall,
        "settings": {"bounds": _first_view(walls_of(request))},
    }
    return render(request, "map.html", context)


@require_POST
@admin.site.admin_view
@may_see_map
def stay(request: HttpRequest) -> HttpResponse:
    """
    Keep the sign-in of a wall display alive: for WALL_FOR, then somebody signs in again.

    Whoever leaves the staff is out at once, as everywhere.
    """
    now = timezone.now()
    since = datetime.fromtimestamp(request.session.setdefault("wall_since", now.timestamp()), UTC)
    if now - since > WALL_FOR:
        return HttpResponse(status=403)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    return HttpResponse(status=204)


def _first_view(walls: Walls) -> list[list[float]]:
    """South-west and north-east corners of the reader's regions: [[latitude, longitude], …]."""
    west, south, east, north = Region.objects.within(walls).extent() or (-180.0, -60.0, 180.0, 75.0)
    return [[south, west], [north, east]]


@lru_cache(256)
def _asked_in(query: str) -> TileForm:
    """A map asks for a dozen tiles at once in the same words: they are read once."""
    form = TileForm(QueryDict(query))
    form.full_clean()
    return form


def _tile(z: int, x: int, y: int) -> Tile:
    try:
        return Tile(z, x, y)
    except NoSuchTileError as error:
        raise Http404 from error
