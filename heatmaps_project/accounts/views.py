"""Pages that a member of staff has for themselves."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from complaints.customers.models import Customer
from heatmaps_project.accounts import transitions
from heatmaps_project.accounts.models import User


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language, and remember it with the user who is signed in."""
    language = request.POST.get("language")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        transitions.speak(request.user, language=language)
    return set_language(request)


@require_POST
def acting(request: HttpRequest) -> HttpResponse:
    """Hear that somebody touches keys or pointer; middleware.py notes it of whose session ends."""
    return HttpResponse(status=204)


@require_POST
def reveal(request: HttpRequest) -> HttpResponse:
    """Answer {"value": …}, or {"detail": …} that says why not; every look is recorded."""
    assert isinstance(request.user, User)  # the site asks for a sign-in first
    customer = request.POST.get("customer", "")
    try:
        value = transitions.reveal(
            by=request.user,
            customer_id=int(customer) if customer.isdecimal() and len(customer) < 19 else 0,
            field=request.POST.get("field", ""),
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except PermissionDenied:
        return _refused(_("You may not look at personal data."), status=403)
    except Customer.DoesNotExist:
        return _refused(_("There is no such customer."), status=404)
    except transitions.QuotaUsedUpError as refusal:
        return _refused(str(refusal), status=429)
    except transitions.RevealRefusedError as refusal:
        return _refused(str(refusal), status=400)
    return JsonResponse({"value": value})


def _refused(detail: str, *, status: int) -> HttpResponse:
    return JsonResponse({"detail": detail}, status=status)
