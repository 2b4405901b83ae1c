"""
The lookup inside a CRM's own page: an iframe whose address holds a short-lived signed token.

The token names the client, its agent, a brand, a language and an end, and opens these pages only.
No cookie gives any right here. Which sites may frame it is the client's own setting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from complaints.customers.walls import Walls
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.desk import views
from heatmaps_project.desk.acting import NotDoneError
from heatmaps_project.desk.asking import Asker, Result
from heatmaps_project.desk.campaigns import views as campaigns
from heatmaps_project.desk.forms import ActForm, LookupForm
from heatmaps_project.desk.may import own_lookup
from heatmaps_project.desk.models import Origin, Outcome
from heatmaps_project.desk.requests import views as requests
from heatmaps_project.desk.speech import Language

_SALT = "desk.panel"
SCOPES: Final = ("lookup:read", "complaints:write")  # that a client needs, as long as a pass opens
_OFFERED = (Outcome.ANSWERED, Outcome.ATTACHED, Outcome.PASSED_ON)


@dataclass(frozen=True)
class Pass:
    """What a token lets in: an agent of a client, to one brand, in one language."""

    client: ApiClient
    agent: str
    brand_id: int
    language: Language

    @property
    def asker(self) -> Asker:
        walls = self.client.walls
        let = walls.brands is None or self.brand_id in walls.brands
        brands = frozenset({self.brand_id} if let else ())
        return Asker(
            Origin.PANEL, Walls(brands, walls.regions), client=self.client, agent=self.agent
        )


def address_of(one: Pass, *, until: datetime) -> str:
    """Return the whole address to put into the frame."""
    said = [one.client.pk, one.agent, one.brand_id, one.language, int(until.timestamp())]
    token = signing.dumps(said, salt=_SALT, compress=True)
    return settings.PUBLIC_URL.rstrip("/") + reverse("panel", args=[token])


def passed(token: str, *, now: datetime) -> Pass | None:
    """Return what a token lets in; None: not ours, too old, or its client may this no more."""
    try:
        client_id, agent, brand_id, language, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    client = ApiClient.objects.filter(pk=client_id).first()
    if client is None or datetime.fromtimestamp(until, UTC) <= now:
        return None
    if client.expires_at is not None and client.expires_at <= now:
        return None
    if not {*SCOPES} <= {*client.scopes.split()}:
        return None
    return Pass(client, agent, brand_id, language)


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to whoever has a token, inside the frames of the token's client only."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        one = passed(token, now=timezone.now())
        with translation.override(one.language if one else translation.get_language()):
            if one is None:
                title = _("This panel has expired. Load the page of the CRM again.")
                response = render(request, "desk/panel_over.html", {"title": title}, status=403)
            else:
                response = view(request, token, one)
        ancestors = one.client.frame_ancestors.split() if one else []
        if ancestors:
            # read by the middlewares of the two headers
            vars(response)["xframe_options_exempt"] = True
            vars(response)["_csp_replace"] = {"frame-ancestors": ancestors}
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answer


@framed
@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: HttpRequest, token: str, one: Pass) -> HttpResponse:
    form = LookupForm(request.POST or None)
    asker, result = one.asker, Result()
    if form.is_bound and form.is_valid():
        result = views.asked(form.cleaned_data, asker=asker)
    context = {
        "is_panel": True,
        "form": form,
        "phone": views.phone_of(form, result),
        "act_url": reverse("panel-act", args=[token]),
        "request_url": reverse("panel-request", args=[token]),
        "campaign_url": reverse("panel-campaign", args=[token]),
        "lookup_url": reverse("panel", args=[token]),
        **views.shown(result, walls=asker.walls),
    }
    return render(request, "desk/panel.html", context)


@framed
@require_POST
def act(request: HttpRequest, token: str, one: Pass) -> HttpResponse:
    form = ActForm(request.POST)
    if not form.is_valid() or form.cleaned_data["outcome"] not in _OFFERED:
        raise Http404
    given = form.cleaned_data
    lookup = own_lookup(one.asker, given["lookup"])
    done, refusal = None, ""
    try:
        done = views.concluded(lookup, given, asker=one.asker)
    except NotDoneError as error:
        refusal = str(error)
    context: dict[str, Any] = {
        "is_panel": True,
        "lookup_url": reverse("panel", args=[token]),
        "done": done,
        "refusal": refusal,
        "telling": views.told(done) if done else None,
    }
    response = render(request, "desk/panel_done.html", context)
    return views.keeping_typed(response) if refusal else response


@framed
@require_POST
def ask(request: HttpRequest, token: str, one: Pass) -> HttpResponse:
    address = reverse("panel-request", args=[token])
    return requests.asked(request, asker=one.asker, address=address)


@framed
@require_POST
def answer_offer(request: HttpRequest, token: str, one: Pass) -> HttpResponse:
    address = reverse("panel-campaign", args=[token])
    return campaigns.answered(request, asker=one.asker, address=address)
