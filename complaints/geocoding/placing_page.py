"""The page on which a person places a complaint: what it shows, and what it is told."""

from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.admin_theme import ModelAdmin
from complaints.customers.handed_out import of_customers
from complaints.customers.personal import scrubbed
from complaints.customers.reader import walls_of
from complaints.geocoding import geocoder, transitions
from complaints.geocoding.forms import PlaceForm
from complaints.geocoding.geocoder import Match
from complaints.geocoding.models import Address, Locality, Region, UnplacedComplaint
from complaints.intake.models import Complaint
from complaints.row_number import row_number

QUEUE = "admin:complaints_unplacedcomplaint_changelist"
PAGE = "admin:complaints_unplacedcomplaint_change"
_NEIGHBOURS = 300  # houses of the registry that are drawn
_NEAR = 0.006  # degrees around the likeliest place in which they are


def respond(admin: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """
    Answer a request for the page of one complaint.

    :raises PermissionDenied: if the reader may not place complaints
    """
    if not admin.has_view_permission(request):
        raise PermissionDenied
    complaint = _complaint(request, object_id)
    if complaint is None:
        messages.warning(request, _("This complaint is on the map already, or is not there."))
        return HttpResponseRedirect(reverse(QUEUE))
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _place(request, complaint, form)
        return HttpResponseRedirect(_after(request, complaint))
    answer = TemplateResponse(
        request, "complaints/place.html", _context(admin, request, complaint, form)
    )
    person = complaint.customer_id
    whose = f"customer {person}" if person else f"complaint {complaint.pk}"
    return of_customers(answer, whose=whose, what="address to place")


def suggested(text: str) -> list[dict[str, Any]]:
    """Return the places that an address being typed may mean, as the page's script reads them."""
    return [_drawn(match) for match in geocoder.suggest(text)]


def _complaint(request: HttpRequest, object_id: str) -> Complaint | None:
    walls = walls_of(request)
    waiting = UnplacedComplaint.objects.waiting_for_a_person(walls)
    rows = waiting.with_same_address(walls).select_related("topic", "brand")
    return rows.filter(pk=row_number(object_id)).first()


def _place(request: HttpRequest, complaint: Complaint, form: PlaceForm) -> None:
    assert request.user.is_authenticated
    try:
        placed = transitions.place(
            complaint,
            point=form.point,
            precision=form.cleaned_data["precision"],
            by=request.user,
            walls=walls_of(request),
            now=timezone.now(),
        )
    except transitions.ElsewhereError:
        messages.error(request, _("This point is in a region of others: the complaint waits."))
        return
    except transitions.AlreadyPlacedError:
        messages.warning(request, _("Somebody else has just placed this complaint."))
        return
    told = ngettext("%(n)s complaint placed.", "%(n)s complaints placed.", placed)
    messages.success(request, told % {"n": placed})


def _after(request: HttpRequest, complaint: Complaint) -> str:
    """Return the address of the next complaint in the queue, or of the queue if it is the last."""
    queue = UnplacedComplaint.objects.first_of_each_address(walls_of(request))
    queue = queue.exclude(pk=complaint.pk).order_by("received_at", "pk")
    later = Q(received_at__gt=complaint.received_at) | Q(
        received_at=complaint.received_at, pk__gt=complaint.pk
    )
    following = queue.filter(later).first() or queue.first()
    if following is None:
        return reverse(QUEUE)
    return reverse(PAGE, args=[following.pk])


def _context(
    admin: ModelAdmin, request: HttpRequest, complaint: Complaint, form: PlaceForm
) -> dict[str, Any]:
    found = geocoder.candidates(complaint.address)
    return {
        **admin.admin_site.each_context(request),
        "title": _("Place a complaint"),
        "opts": admin.opts,
        "media": admin.media,
        "complaint": complaint,
        "text": scrubbed(complaint.text),
        "form": form,
        "candidates": [(match, round(100 * match.score)) for match in found],
        "waiting": admin.get_queryset(request).count(),
        "queue_url": reverse(QUEUE),
        "next_url": _after(request, complaint),
        "drawing": {
            "places": [_drawn(match) for match in found],
            "houses": _neighbours(found[0].point) if found else [],
            "extent": _extent(request),
            "suggest": reverse("admin:complaints_unplacedcomplaint_suggest"),
        },
    }


def _drawn(match: Match) -> dict[str, Any]:
    return {
        "lon": match.point.x,
        "lat": match.point.y,
        "precision": match.precision,
        "label": match.label,
        "score": round(100 * match.score),
    }


def _neighbours(point: Point) -> list[tuple[float, float, str]]:
    """Return (longitude, latitude, house) of registered houses around a point."""
    box = Point(point.x, point.y, srid=4326).buffer(_NEAR).envelope
    rows = Address.objects.filter(point__contained=box).select_related("street")
    return [
        (row.point.x, row.point.y, f"{row.street.name}, {row.house}")
        for row in rows.order_by("pk")[:_NEIGHBOURS]
    ]


def _extent(request: HttpRequest) -> list[float]:
    """Return west, south, east, north of what to show where no place is proposed."""
    regions = Region.objects.within(walls_of(request))
    outlines = [region.outline.extent for region in regions.only("outline")]
    outlines = outlines or [row.point.buffer(0.05).extent for row in Locality.objects.all()[:20]]
    if not outlines:
        return [19.0, 41.0, 180.0, 78.0]  # Russia
    west, south, east, north = zip(*outlines, strict=True)
    return [min(west), min(south), max(east), max(north)]
