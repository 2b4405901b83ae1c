"""Where the map tells of customers: its search, recorded and under a quota."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.customers.phones import e164
from complaints.customers.reader import walls_of
from heatmaps_project.accounts.transitions import QuotaUsedUpError, look
from heatmaps_project.desk.may import agent_of
from spots.maps.forms import SearchForm
from spots.maps.searching import found
from spots.maps.views import may_see_map


@require_POST
@admin.site.admin_view
@may_see_map
def search(request: HttpRequest) -> JsonResponse:
    """
    Answer what a text may mean, as places: posted, for it may be a customer's address or phone.

    Whoever types a phone is told where its owner lives, as exactly as the map knows it.
    """
    form = SearchForm(request.POST)
    if not form.is_valid():
        return JsonResponse(form.errors, status=400)
    by, typed = agent_of(request), form.cleaned_data["typed"]
    why = {"field": "place", "reason": _("search of the map")}
    try:
        if e164(typed, region=settings.PHONE_REGION):
            look(by=by, customer_ids=(), now=timezone.now(), **why)
        places = found(typed, reader=by, walls=walls_of(request))
        seen = sorted({one.customer for one in places if one.customer is not None})
        if seen:
            look(by=by, customer_ids=seen, now=timezone.now(), **why)
    except QuotaUsedUpError as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=429)
    told = [
        {"label": one.label, "lon": one.lon, "lat": one.lat, "zoom": one.zoom} for one in places
    ]
    return JsonResponse({"found": told})
