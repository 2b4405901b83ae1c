"""Who may use the pages of the desk, and which lookups are theirs."""

from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest

from complaints.customers.models import Customer
from complaints.customers.reader import walls_of
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.models import Lookup, LookupQuerySet

may_look_up = permission_required("heatmaps_project.use_lookup", raise_exception=True)


def agent_of(request: HttpRequest) -> User:
    """Return the member of staff who asks a page of the desk."""
    user = request.user
    assert isinstance(user, User)  # the site asks for a sign-in first
    return user


def own_lookup(request: HttpRequest, key: UUID) -> Lookup:
    """
    Return a lookup of one's own, with its customer.

    :raises Http404: it is nobody's, or another's
    """
    found = _own(request, key).first()
    if found is None:
        raise Http404
    return found


def own_caller(request: HttpRequest, key: UUID) -> tuple[Lookup, Customer]:
    """
    Return a lookup of one's own that knew the caller, and the caller.

    :raises Http404: it is nobody's, another's, behind the reader's walls, or of no caller
    """
    found = _own(request, key).within(walls_of(request)).first()
    if found is None or found.customer is None:
        raise Http404
    return found, found.customer


def _own(request: HttpRequest, key: UUID) -> LookupQuerySet:
    rows = Lookup.objects.filter(by=agent_of(request), key=key)
    return rows.select_related("customer__brand")
