"""Who may use the pages of the desk, whose lookups are whose, and in whose name they act."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest

from complaints.customers.models import Customer, Erasure
from complaints.customers.reader import walls_of
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.transitions import give_account
from heatmaps_project.desk.asking import Asker
from heatmaps_project.desk.models import Lookup, LookupQuerySet, Origin
from spots.routing.certificates.asking import refusal

may_look_up = permission_required("heatmaps_project.use_lookup", raise_exception=True)


def agent_of(request: HttpRequest) -> User:
    """Return the member of staff who asks a page of the desk."""
    user = request.user
    assert isinstance(user, User)  # the site asks for a sign-in first
    return user


def on_page(request: HttpRequest) -> Asker:
    """Return the member of staff who asks a page of the desk, as one who looks up."""
    return Asker(Origin.PAGE, walls_of(request), user=agent_of(request))


def author(asker: Asker) -> User:
    """Return in whose name an asker acts: the member of staff, else the machine's own account."""
    if asker.client is not None:
        return give_account(client_id=asker.client.pk)
    assert asker.user is not None  # a customer, who is neither, acts on no page of the desk
    return asker.user


def lacks_certificate(asker: Asker, *, brand_id: int, now: datetime) -> str:
    """Return why an asker may not serve a brand, in words; machines answer for their agents."""
    return refusal(asker.user.pk, brand_id=brand_id, now=now) if asker.user else ""


def own_lookup(asker: Asker, key: UUID) -> Lookup:
    """
    Return a lookup of one's own, with its customer.

    :raises Http404: it is nobody's, or another's
    """
    found = _own(asker, key).first()
    if found is None:
        raise Http404
    return found


def own_caller(asker: Asker, key: UUID) -> tuple[Lookup, Customer]:
    """
    Return a lookup of one's own that knew the caller, and the caller.

    :raises Http404: it is nobody's, another's, behind the asker's walls, or of no caller, or one
        who was erased since
    """
    found = _own(asker, key).within(asker.walls).first()
    if found is None or found.customer is None or Erasure.objects.has(found.customer.pk):
        raise Http404
    return found, found.customer


def _own(asker: Asker, key: UUID) -> LookupQuerySet:
    rows = Lookup.objects.filter(
        by=asker.user, client=asker.client, agent=asker.agent, origin=asker.origin, key=key
    )
    return rows.select_related("customer__brand")
