"""What probes and Prometheus ask."""

from functools import partial
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from heatmaps_project.operations import health, metrics
from heatmaps_project.operations.asked import Lately

_READY: Final = Lately[bool]()
_PARTS: Final = Lately[list[health.Check]]()


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked: it is not restarted for another's fault."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Requests may be sent here: 200, or 503 until the database stands as this code wants it."""
    if _READY.told(health.is_ready):
        return JsonResponse({"status": "ok"})
    return JsonResponse({"status": "down"}, status=HTTPStatus.SERVICE_UNAVAILABLE)


@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Every part by name; 503 where one is down without which nothing can be answered."""
    checks = _PARTS.told(partial(health.checks, now=timezone.now()))
    vital = all(check.ok for check in checks if check.vital)
    status = "ok" if all(check.ok for check in checks) else "degraded" if vital else "down"
    parts = {
        check.name: {
            "ok": check.ok,
            **({} if check.age is None else {"age_s": round(check.age.total_seconds())}),
        }
        for check in checks
    }
    code = HTTPStatus.OK if vital else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"status": status, "parts": parts}, status=code)


@require_safe
@never_cache
def scrape(request: HttpRequest) -> HttpResponse:
    """
    The figures, for whoever brings METRICS_TOKEN as a bearer.

    :raises Http404: no token is set, or another came: nobody learns that there is something here
    """
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(
        request.headers.get("Authorization", ""), expected
    ):
        raise Http404
    return HttpResponse(metrics.page(now=timezone.now()), content_type=metrics.CONTENT_TYPE)
