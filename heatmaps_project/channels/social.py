"""Messages of social media, sent here by a signed webhook."""

import hmac
import re
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from complaints.bodies import read_json
from complaints.intake.transitions import MOST_AT_ONCE
from complaints.limits import seldom_enough, sender_of
from complaints.signing import is_long_enough
from heatmaps_project.channels import transitions
from heatmaps_project.channels.mapped import NoItemsError, items_of, values_of
from heatmaps_project.channels.models import Inlet, Kind

POSTS, GREETINGS, WINDOW = 3000, 60, 60  # at most, within seconds
_CHALLENGE: Final = re.compile(r"[\w.-]{1,200}", re.ASCII)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, source: str) -> HttpResponse:
    """
    Take messages, each once by its id; 401: the signature is missing or wrong.

    Signed after Standard Webhooks, or with X-Hub-Signature-256 as several networks do. Those
    networks ask first, by GET, whether somebody is here who knows the token that they were told.
    """
    return _take(request, source) if request.method == "POST" else _greet(request, source)


def _greet(request: HttpRequest, source: str) -> HttpResponse:
    if not seldom_enough(f"inlet-greets:{sender_of(request)}", most=GREETINGS, seconds=WINDOW):
        return _said(HTTPStatus.TOO_MANY_REQUESTS)
    inlet = Inlet.objects.filter(source=source, kind=Kind.SOCIAL, active=True).first()
    told = request.GET.get("hub.verify_token", "").encode()
    if not (
        inlet
        and is_long_enough(inlet.secret)
        and hmac.compare_digest(told, inlet.verify_token.encode())
    ):
        return _said(HTTPStatus.FORBIDDEN)
    challenge = request.GET.get("hub.challenge", "")
    if request.GET.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        return _said(HTTPStatus.BAD_REQUEST)
    return HttpResponse(challenge, content_type="text/plain")


def _take(request: HttpRequest, source: str) -> JsonResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.API_BODY_BYTES:
        return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    # Whoever cannot sign takes nothing from those who can.
    if not seldom_enough(f"inlet-from:{sender_of(request)}", most=POSTS, seconds=WINDOW):
        return _said(HTTPStatus.TOO_MANY_REQUESTS)
    rows = Inlet.objects.select_related("brand", "topic")
    inlet = rows.filter(source=source, kind=Kind.SOCIAL, active=True).first()
    if inlet is None:  # before anything is read: a body may come slowly, and holds a thread
        return _said(HTTPStatus.UNAUTHORIZED)
    body = request.read(settings.API_BODY_BYTES)
    if not _is_signed(inlet.secret, body, request):
        return _said(HTTPStatus.UNAUTHORIZED)
    if not seldom_enough(f"inlet:{source}", most=POSTS, seconds=WINDOW):
        return _said(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        items = items_of(inlet, read_json(body))
    except (ValueError, NoItemsError):
        return _said(HTTPStatus.BAD_REQUEST)
    values = [values_of(inlet, item) for item in items[:MOST_AT_ONCE]]
    transitions.take_sent(inlet, values, now=timezone.now())
    return _said(HTTPStatus.ACCEPTED)


def _said(status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"status": status.phrase}, status=status)


def _is_signed(secret: str, body: bytes, request: HttpRequest) -> bool:
    if not is_long_enough(secret):
        return False
    told = request.headers.get("X-Hub-Signature-256", "")
    if told:
        wanted = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
        return hmac.compare_digest(told.encode(), wanted.encode())
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        Webhook(secret).verify(body, headers)
    except (WebhookVerificationError, ValueError):
        return False
    return True
