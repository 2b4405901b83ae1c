"""
Customers' own pages: a code to the phone, or a signed link, opens what is known of them and theirs.

No cookie gives anybody a right here, only a code or a token does: so there is no forgery to stop,
and browsers without cookies or JavaScript can use the pages too.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from complaints.customers.models import Brand, Customer
from complaints.limits import DAY, all_seldom_enough, network_of, seldom_enough, sender_of
from complaints.public_pages import kept_private, see_other
from heatmaps_project.desk.answers import Place, find
from heatmaps_project.desk.models import Asked
from heatmaps_project.desk.own import transitions
from heatmaps_project.desk.own.links import customer_named, path_to
from heatmaps_project.desk.own.recording import note_visit
from heatmaps_project.desk.own.telling_me import Own, own, tell_me
from heatmaps_project.desk.questions import e164
from heatmaps_project.desk.speech import Language
from spots.cases.transitions import IllegalMoveError
from spots.maps.picture import picture_of

OPEN_FOR = timedelta(hours=2)  # after a code
POSTS = 60  # on one page within WINDOW
# codes, by each web process: of a few of them together far fewer than there are for all
OF_A_NETWORK = 100
# and within a day: one line with IPv6 is thousands of senders, and would use up everybody's texts
OF_A_NETWORK_A_DAY = 500
TRIES = transitions.OF_A_SENDER * transitions.MOST_TRIES  # of a sender: more codes it cannot have
WINDOW = 600  # seconds
LANGUAGES: dict[Language, str] = {"ru": "Русский", "en": "English"}
View = Callable[..., HttpResponse]


class PhoneForm(forms.Form):
    phone = forms.CharField(max_length=32)


class CodeForm(forms.Form):
    key = forms.UUIDField()
    code = forms.CharField(max_length=12)


class PlaceForm(forms.Form):
    address = forms.CharField(max_length=300)


def public(view: View) -> View:
    """Answer in the language that was chosen, else the browser's; kept by no cache."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            response = view(request, *args, **kwargs)
        return kept_private(response, language=language)

    return answer


@public
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, brand: str) -> HttpResponse:
    """Ask for the phone, and send a code to it."""
    found = Brand.objects.filter(code=brand).first()
    if found is None:
        return _notice(request, None, _("There is no such page"), HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return _page(request, "start.html", found)
    form = PhoneForm(request.POST)
    given = form.cleaned_data["phone"] if form.is_valid() else ""
    phone = e164(given, region=settings.PHONE_REGION)
    if not phone:
        return _page(request, "start.html", found, wrong=True)
    if not _leaves_room(network_of(request)):
        return _too_often(request, found)
    try:
        code = transitions.ask(
            brand=found,
            phone=phone,
            sender=sender_of(request),
            language=language_of(request),
            now=timezone.now(),
        )
    except transitions.TooOftenError:
        return _too_often(request, found)
    return _page(request, "code.html", found, key=code.key)


def _leaves_room(network: str) -> bool:
    """Count a code that is asked for from a network, and return whether others have some, too."""
    limits = (
        (f"own-codes:{network}", OF_A_NETWORK, WINDOW),
        (f"own-codes-a-day:{network}", OF_A_NETWORK_A_DAY, DAY),
    )
    return all_seldom_enough(limits)


@public
@require_POST
def enter(request: HttpRequest, brand: str) -> HttpResponse:
    """Take a code; the right one leads to the page."""
    found = Brand.objects.filter(code=brand).first()
    form = CodeForm(request.POST)
    if found is None or not form.is_valid():
        return _page(request, "code.html", found, key=request.POST.get("key", "")[:36], wrong=True)
    if not seldom_enough(f"own-tries:{sender_of(request)}", most=TRIES, seconds=WINDOW):
        return _too_often(request, found)
    now, code = timezone.now(), form.cleaned_data["code"].replace(" ", "")
    customer = transitions.enter(key=form.cleaned_data["key"], code=code, now=now)
    if customer is None:
        return _page(request, "code.html", found, key=form.cleaned_data["key"], wrong=True)
    path = path_to(customer, until=now + OPEN_FOR)
    token = resolve(path).kwargs["token"]
    note_visit(own(customer, now=now), token=token, asked=Asked.PHONE, now=now)
    return _seen(path, request)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """What is known of a customer and at their place. Nothing is written but when they post."""
    now = timezone.now()
    customer = customer_named(token, now=now)
    if customer is None:
        return _notice(request, None, _("This link no longer works"), HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return _shown(request, own(customer, now=now))
    if not seldom_enough(f"own:{customer.pk}", most=POSTS, seconds=WINDOW):
        return _too_often(request, customer.brand)
    if "address" in request.POST:
        return _elsewhere(request, customer, token, now=now)
    known = own(customer, now=now)
    with suppress(IllegalMoveError):  # it has just ended: the page says how it stands
        tell_me(known, now=now)
    note_visit(known, token=token, asked=Asked.CUSTOMER, now=now)
    return _seen(request.path, request)


def _elsewhere(
    request: HttpRequest, customer: Customer, token: str, *, now: datetime
) -> HttpResponse:
    form = PlaceForm(request.POST)
    place: Place | None = find(form.cleaned_data["address"]) if form.is_valid() else None
    known = own(customer, place=place, now=now)
    note_visit(known, token=token, asked=Asked.ADDRESS, now=now)
    return _shown(request, known, typed=request.POST["address"][:300], unknown=place is None)


def _shown(
    request: HttpRequest, known: Own, *, typed: str = "", unknown: bool = False
) -> HttpResponse:
    language, answer = language_of(request), known.answer
    return _page(
        request,
        "page.html",
        known.customer.brand,
        own=known,
        sentence=answer.sentences[language],
        doing=answer.doing.get(language, ""),
        picture=picture_of(answer.place.shown) if answer.place and not unknown else None,
        typed=typed,
        unknown=unknown,
    )


def _page(request: HttpRequest, template: str, brand: Brand | None, **more: Any) -> HttpResponse:
    language = language_of(request)
    context = {"brand": brand, "language": language, "languages": LANGUAGES.items(), **more}
    status = HTTPStatus.BAD_REQUEST if more.get("wrong") else HTTPStatus.OK
    return render(request, f"desk/own/{template}", context, status=status)


def _notice(request: HttpRequest, brand: Brand | None, title: str, status: int) -> HttpResponse:
    response = _page(request, "notice.html", brand, title=title)
    response.status_code = status
    return response


def _too_often(request: HttpRequest, brand: Brand) -> HttpResponse:
    title = _("Too often. Please try again in ten minutes.")
    response = _notice(request, brand, title, HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(WINDOW)
    return response


def _seen(path: str, request: HttpRequest) -> HttpResponse:
    return see_other(f"{path}?lang={language_of(request)}")


def language_of(request: HttpRequest) -> Language:
    chosen = request.GET.get("lang", "") or translation.get_language_from_request(request)
    return "en" if chosen.startswith("en") else "ru"
