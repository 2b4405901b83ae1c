"""
The lookup page: an agent types who or where the caller is, reads out what is known, and acts.

What is typed is posted, never in a URL: it is the caller's, and URLs are logged.
"""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.customers.reader import may_see_money, reader_of, walls_of
from complaints.customers.walls import Walls
from complaints.geocoding import geocoder
from heatmaps_project.desk import acting, transitions
from heatmaps_project.desk.acting import NotDoneError, Said
from heatmaps_project.desk.asking import MOST_SUGGESTIONS, Asker, Result, look_up
from heatmaps_project.desk.campaigns import views as campaigns
from heatmaps_project.desk.danger.states import Method
from heatmaps_project.desk.forms import ActForm, LookupForm, choices_for
from heatmaps_project.desk.knowledge.search import about
from heatmaps_project.desk.may import may_look_up, on_page, own_lookup
from heatmaps_project.desk.models import Lookup, LookupOutcome, Outcome
from heatmaps_project.desk.questions import Asked, e164, meanings
from heatmaps_project.desk.requests import views as requests
from heatmaps_project.desk.reviews.models import Criterion
from heatmaps_project.desk.speech import Language
from heatmaps_project.desk.telling import Telling, telling
from spots.cases.states import Permission
from spots.routing.certificates.asking import lacking

FEWEST_CHARACTERS = 3  # that are worth suggesting for


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@may_look_up
def lookup(request: HttpRequest) -> HttpResponse:
    form = LookupForm(request.POST or None)
    result, refusal = Result(), ""
    if form.is_bound and form.is_valid():
        try:
            result = asked(form.cleaned_data, asker=on_page(request))
        except transitions.QuotaUsedUpError as error:
            refusal = str(error)
    context = {
        **admin.site.each_context(request),
        "title": _("Lookup"),
        "form": form,
        "refusal": refusal,
        "phone": phone_of(form, result),
        "act_url": reverse("lookup-act"),
        "lookup_url": reverse("lookup"),
        "may_open_single": request.user.has_perm(Permission.REPORT),
        "may_see_money": may_see_money(request),
        "methods": Method.choices,
        "checklist": Criterion.objects.filter(active=True).order_by("order", "pk"),
        "lacking": lacking(reader_of(request).pk, walls=walls_of(request), now=timezone.now()),
        **shown(result, walls=walls_of(request)),
        "request_url": reverse("lookup-request"),
        "campaign_url": reverse("lookup-campaign"),
    }
    return render(request, "desk/lookup.html", context)


def asked(given: dict[str, Any], *, asker: Asker) -> Result:
    """
    Look up what a LookupForm was given.

    :raises transitions.QuotaUsedUpError: this person has asked as often as one may in an hour
    """
    return look_up(
        meanings(given["asked"], region=settings.PHONE_REGION),
        asker=asker,
        customer_id=given["customer"],
        call=given["call"],
        now=timezone.now(),
    )


def phone_of(form: LookupForm, result: Result) -> str:
    """Return the phone of a caller whom nobody knows yet: what was typed now, or before."""
    if not form.is_bound or not form.is_valid() or result.caller:
        return ""
    given = form.cleaned_data
    return e164(given["asked"], region=settings.PHONE_REGION) or str(given["phone"])


def shown(result: Result, *, walls: Walls) -> dict[str, Any]:
    """Return what the answer's template shows."""
    answer, caller = result.answer, result.caller
    call = result.lookup.call if result.lookup else uuid4()
    if answer is None:
        return {"result": result, "caller": caller, "call": call}
    spot = answer.spot
    topic_id = _topic_id(result)
    return {
        "result": result,
        "call": call,
        "answer": answer,
        "caller": caller,
        "sentences": _own_language_first(answer.sentences),
        "doing": answer.doing.get(_own_language(), ""),
        "member": bool(caller and spot and caller.member_of(spot.id)),
        "topic_id": topic_id,
        "articles": about(
            cause_id=spot.cause_id if spot else None,
            topic_id=topic_id,
            walls=walls,
            on=timezone.localdate(),
        ),
        "telling": telling(caller.customer, spot, tell=True) if caller else None,
        **choices_for(walls),
        **_more_of_caller(result, walls=walls),
    }


def _more_of_caller(result: Result, *, walls: Walls) -> dict[str, Any]:
    """Return the cards of what the caller is offered, asked for, and may ask for."""
    if result.caller is None or result.lookup is None:
        return {}
    customer, key = result.caller.customer, result.lookup.key
    return {
        **campaigns.shown(customer, key, walls=walls),
        **requests.shown(customer, key, walls=walls),
    }


def _topic_id(result: Result) -> int | None:
    """Return what it is about: as the spot says, else as the caller complained last."""
    caller, spot = result.caller, result.answer.spot if result.answer else None
    if spot and spot.topic_id:
        return spot.topic_id
    last = (caller.asked_for or caller.last) if caller else None
    return last.topic_id if last else None


@require_POST
@admin.site.admin_view
@may_look_up
def suggest(request: HttpRequest) -> HttpResponse:
    """Addresses that what was typed may become, as options of a list."""
    form = LookupForm(request.POST)
    typed = form.cleaned_data["asked"] if form.is_valid() else ""
    address = any(
        one.kind == Asked.ADDRESS for one in meanings(typed, region=settings.PHONE_REGION)
    )
    worth = address and len(typed) >= FEWEST_CHARACTERS
    found = geocoder.suggest(typed, MOST_SUGGESTIONS) if worth else []
    return render(request, "desk/suggestions.html", {"found": found})


@require_POST
@admin.site.admin_view
@may_look_up
def act(request: HttpRequest) -> HttpResponse:
    """Do what the agent chose, once, and show who will be told of what."""
    form = ActForm(request.POST)
    if not form.is_valid():
        raise Http404
    done, refusal = None, ""
    try:
        done = _done(request, form.cleaned_data)
    except NotDoneError as error:
        refusal = str(error)
    response = render(
        request,
        "desk/done.html",
        {
            **admin.site.each_context(request),
            "title": _("Lookup"),
            "done": done,
            "refusal": refusal,
            "telling": told(done) if done else None,
        },
    )
    return keeping_typed(response) if refusal else response


def keeping_typed(refused: HttpResponse) -> HttpResponse:
    """Let a refusal be shown in the form, beside what was filled in."""
    refused["HX-Retarget"], refused["HX-Reswap"] = "#refused", "innerHTML"
    return refused


def _done(request: HttpRequest, given: dict[str, Any]) -> LookupOutcome:
    """:raises Http404: it is nobody's lookup, or another's"""
    asker = on_page(request)
    return concluded(own_lookup(asker, given["lookup"]), given, asker=asker)


def concluded(lookup: Lookup, given: dict[str, Any], *, asker: Asker) -> LookupOutcome:
    """
    Do what an ActForm asks for a lookup.

    :raises NotDoneError: it cannot be done; says why
    """
    now = timezone.now()
    acting.ask_certificate(lookup, given["brand"], asker=asker, now=now)
    if given["outcome"] == Outcome.ANSWERED:
        return transitions.conclude(lookup_id=lookup.pk, outcome=Outcome.ANSWERED, now=now)
    return acting.act(
        lookup,
        Outcome(given["outcome"]),
        _said(given),
        spot_id=given["spot"],
        complaint_id=given["complaint"],
        asker=asker,
        now=now,
    )


def _said(given: dict[str, Any]) -> Said:
    names = ("brand", "topic", "lon", "lat", "precision", "address", "phone", "text", "tell")
    return Said(
        channel=given["channel"] or "call",
        language=given["language"] or "ru",
        **{name: given[name] for name in names},
    )


def told(done: LookupOutcome) -> Telling | None:
    """Return who will be told of what came of a lookup; None: nothing will come of it."""
    if done.complaint is None:
        return None
    return telling(done.complaint.customer, done.case, tell=bool(done.tell))


def _own_language() -> Language:
    return "en" if (get_language() or "ru").startswith("en") else "ru"


def _own_language_first(sentences: dict[Language, str]) -> list[tuple[Language, str]]:
    return sorted(sentences.items(), key=lambda one: one[0] != _own_language())
