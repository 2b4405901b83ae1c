"""The signed link to a customer's own page: whose it is and until when, and nothing else."""

from datetime import UTC, datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from complaints.customers.models import Customer

_SALT = "desk.own"


def link_to(customer: Customer, *, until: datetime) -> str:
    """Return the whole address of a customer's page; it opens until then."""
    return settings.PUBLIC_URL.rstrip("/") + path_to(customer, until=until)


def path_to(customer: Customer, *, until: datetime) -> str:
    token = signing.dumps([customer.pk, int(until.timestamp())], salt=_SALT)
    return reverse("own", args=[token])


def customer_named(token: str, *, now: datetime) -> Customer | None:
    """Return whose page a token opens; None: not ours, too old, or of somebody who was erased."""
    try:
        number, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    if datetime.fromtimestamp(until, UTC) <= now:
        return None
    return Customer.objects.not_erased().select_related("brand").filter(pk=number).first()
