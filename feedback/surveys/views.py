"""The page that the link in a message opens: one question at a time, each score one tap."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from complaints.limits import seldom_enough, sender_of
from complaints.public_pages import kept_private, see_other
from feedback.surveys import transitions
from feedback.surveys.languages import LANGUAGES, spoken
from feedback.surveys.links import invitation_named
from feedback.surveys.models import Invitation
from feedback.surveys.page import context_of, said_by, switch

MISSES = 60  # pages not found for one address of the network, then it has to wait
POSTS = 60  # taps on one invitation, then it has to wait
WINDOW = 600  # seconds


# No cookie gives anybody the right to answer here: only the token does, and another site that
# does not know it cannot send a visitor's answer. So there is no forgery for Django's check to
# stop, and browsers inside messengers, which keep no cookies, can answer too.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """
    Show the page, or take a tap on it. Nothing is written unless somebody posts: mail scanners
    and previews follow links too.
    """
    invitation = _invitation(token)
    language = _language(request, invitation)
    with translation.override(language):
        if invitation is None:
            response = _missed(request, language)
        elif request.method == "POST":
            response = _take(request, invitation, language)
        else:
            response = _page(request, invitation, language)
    return kept_private(response, language=language)


def _invitation(token: str) -> Invitation | None:
    """Return the invitation that may still be answered. Every token costs the same one query."""
    rows = Invitation.objects.select_related("version", "customer", "brand", "topic")
    number = invitation_named(token) or 0
    return rows.answerable(timezone.now()).filter(pk=number).first()


def _language(request: HttpRequest, invitation: Invitation | None) -> str:
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    if invitation is None:
        return translation.get_language_from_request(request)
    return spoken(invitation.customer.language)


def _take(request: HttpRequest, invitation: Invitation, language: str) -> HttpResponse:
    if not seldom_enough(f"survey-posts:{invitation.pk}", most=POSTS, seconds=WINDOW):
        return _too_many(request, language)
    now = timezone.now()
    if "refuse" in request.POST or "List-Unsubscribe" in request.POST:  # the latter: RFC 8058
        transitions.refuse(invitation_id=invitation.pk, told_by="web", now=now)
        return _seen(request, "refused")
    number = request.POST.get("question", "")
    said, words = said_by(request.POST)
    try:
        transitions.answer(
            invitation_id=invitation.pk,
            question=int(number) if number.isdecimal() and len(number) < 3 else 0,
            said=said,
            words=words,
            now=now,
        )
    except (transitions.NotAskedError, transitions.ExpiredError):
        return _page(request, invitation, language, status=HTTPStatus.BAD_REQUEST)
    return _seen(request, "said")


def _seen(request: HttpRequest, done: str) -> HttpResponse:
    query = f"lang={request.GET['lang']}&" if request.GET.get("lang") in LANGUAGES else ""
    return see_other(f"{request.path}?{query}done={done}#thanks")


def _page(
    request: HttpRequest, invitation: Invitation, language: str, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = context_of(invitation, request.GET, language=language)
    return render(request, "feedback/survey.html", context, status=status)


def _missed(request: HttpRequest, language: str) -> HttpResponse:
    if not seldom_enough(f"survey-misses:{sender_of(request)}", most=MISSES, seconds=WINDOW):
        return _too_many(request, language)
    said = (_("This link no longer works"), _("It is too old, or was not copied whole."))
    return _notice(request, language, *said, status=HTTPStatus.NOT_FOUND)


def _too_many(request: HttpRequest, language: str) -> HttpResponse:
    said = (_("Too often"), _("Please try again in ten minutes."))
    response = _notice(request, language, *said, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(WINDOW)
    return response


def _notice(
    request: HttpRequest, language: str, title: str, text: str, *, status: int
) -> HttpResponse:
    context = {
        "title": title,
        "text": text,
        "language": language,
        "languages": switch(language),
    }
    return render(request, "feedback/notice.html", context, status=status)
