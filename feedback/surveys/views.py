"""The page that the link in a message opens: rate with one tap, then say why."""

from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.surveys import transitions
from feedback.surveys.links import invitation_named
from feedback.surveys.models import Answer, Invitation

LANGUAGES = ("ru", "en")
MISSES = 60  # pages not found for one address of the network, then it has to wait
POSTS = 60  # taps on one invitation, then it has to wait
WINDOW = 600  # seconds
RATINGS = range(1, 6)


# No cookie gives anybody the right to answer here: only the token does, and another site that
# does not know it cannot send a visitor's answer. So there is no forgery for Django's check to
# stop, and browsers inside messengers, which keep no cookies, can answer too.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, token: str) -> HttpResponse:
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
            response = _take(request, invitation, token, language)
        else:
            response = _page(request, invitation, token, language)
    for name, value in _HEADERS.items():
        response[name] = value
    response["Content-Language"] = language
    return response


_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def _invitation(token: str) -> Invitation | None:
    """Return the invitation that may still be answered. Every token costs the same one query."""
    rows = Invitation.objects.select_related("answer", "customer", *_OF_CASE)
    number = invitation_named(token) or 0
    return rows.filter(pk=number, expires_at__gt=timezone.now()).first()


_OF_CASE = ("case__brand", "case__topic", "case__region")


def _language(request: HttpRequest, invitation: Invitation | None) -> str:
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    if invitation is None:
        return translation.get_language_from_request(request)
    return "ru" if invitation.customer.language.startswith("ru") else "en"


def _take(request: HttpRequest, invitation: Invitation, token: str, language: str) -> HttpResponse:
    if not _allowed(f"rating-posts:{invitation.pk}", POSTS):
        return _too_many(request, language)
    now = timezone.now()
    chosen = request.POST.get("rating", "")
    if chosen in {str(number) for number in RATINGS}:
        transitions.rate(invitation_id=invitation.pk, rating=int(chosen), now=now)
        return _seen(request, "rated")
    words = request.POST.get("comment", "")
    try:
        answer = transitions.comment(invitation_id=invitation.pk, text=words, now=now)
    except transitions.UnratedError:
        return _page(request, invitation, token, language, status=HTTPStatus.BAD_REQUEST)
    return _seen(request, "said" if answer.comment and words.strip() else "rated")


def _seen(request: HttpRequest, done: str) -> HttpResponse:
    """Go back to the page: loading it again posts nothing twice."""
    query = request.GET.copy()
    query["done"] = done
    response = HttpResponseRedirect(f"{request.path}?{query.urlencode()}#thanks")
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _page(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    language: str,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    answer: Answer | None = getattr(invitation, "answer", None)
    chosen = answer.rating if answer else None
    context = {
        "brand": invitation.case.brand.name,
        "topic": invitation.case.topic.name if invitation.case.topic else "",
        "scale": [(number, _label(number), number == chosen) for number in RATINGS],
        "chosen": chosen,
        "said": bool(answer and answer.comment),
        "done": request.GET.get("done", ""),
        "longest": transitions.LONGEST_COMMENT,
        "language": language,
        "languages": _switch(language),
    }
    return render(request, "feedback/rating.html", context, status=status)


def _label(number: int) -> str:
    """Return what a score means, for those who see it and for those who hear it."""
    return {
        1: pgettext("rating", "No better"),
        2: pgettext("rating", "Hardly better"),
        3: pgettext("rating", "So-so"),
        4: pgettext("rating", "Better"),
        5: pgettext("rating", "All well"),
    }[number]


def _switch(language: str) -> list[tuple[str, str, bool]]:
    names = {"ru": "Русский", "en": "English"}
    return [(code, names[code], code == language) for code in LANGUAGES]


def _missed(request: HttpRequest, language: str) -> HttpResponse:
    if not _allowed(f"rating-misses:{request.META.get('REMOTE_ADDR', '')}", MISSES):
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
        "languages": _switch(language),
    }
    return render(request, "feedback/notice.html", context, status=status)


def _allowed(name: str, limit: int) -> bool:
    """Count an event under a name; False: there were too many. Each web process counts its own."""
    cache.add(name, 0, WINDOW)
    try:
        return cache.incr(name) <= limit
    except ValueError:  # it ran out between the two
        return True
