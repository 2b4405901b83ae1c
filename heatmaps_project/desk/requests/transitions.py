"""Every write about requests for service."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.customers.models import Customer, Erasure
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.models import Lookup
from heatmaps_project.desk.requests.models import MOVES, RequestKind, ServiceRequest, State


class RefusedError(Exception):
    """The request's state does not allow it; says why."""


@transaction.atomic
def ask(
    *, key: UUID, lookup: Lookup, kind: RequestKind, words: str, by: User, now: datetime
) -> ServiceRequest:
    """
    Write down what the caller of a lookup asks for; with the same key it is one request.

    :raises Customer.DoesNotExist: the caller was erased since
    """
    customer = Customer.objects.held(lookup.customer_id) if lookup.customer_id else None
    if customer is None:
        raise Customer.DoesNotExist
    row = {
        "kind": kind,
        "brand_id": kind.brand_id,
        "customer": customer,
        "lookup": lookup,
        "words": words,
        "by": by,
        "at": now,
        "changed_at": now,
    }
    return ServiceRequest.objects.get_or_create(key=key, defaults=row)[0]


@transaction.atomic
def answer(*, request_id: int, state: State, words: str, now: datetime) -> ServiceRequest:
    """
    Take what the brand's system says of a request; said again, it changes nothing.

    Of a customer who was erased its words are let go.

    :raises RefusedError: it is done or refused already
    """
    row = ServiceRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if Erasure.objects.has(row.customer_id):
        words = ""
    if (row.state, row.answer) == (state, words):
        return row
    if state != row.state and state not in MOVES[State(row.state)]:
        raise RefusedError(_("This request has ended."))
    row.state, row.answer, row.changed_at = state, words, now
    row.save(update_fields=["state", "answer", "changed_at"])
    return row


def forget_words(requests: QuerySet[ServiceRequest]) -> None:
    """Erase what was said about customers; that something was asked for stays."""
    requests.update(words="", answer="")
