"""
Customers of whom only anybody has told: by a form or a letter, under a name of their own making.

We know them by a phone or an e-mail alone, and no complaint of theirs came from who knows them. The
phone may be somebody else's, and of e-mails one may have as many as one likes.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from complaints.among import among
from complaints.customers.models import Customer, CustomerQuerySet
from complaints.intake.models import Complaint


def strangers() -> CustomerQuerySet:
    theirs = Complaint.objects.filter(customer=OuterRef("pk"))
    return Customer.objects.filter(
        Q(crm_id__startswith="tel:") | Q(crm_id__startswith="mail:"),
        Exists(theirs.filter(proven=False)),
        ~Exists(theirs.filter(proven=True)),
    )


def strangers_among(ids: Collection[int]) -> set[int]:
    """Return which of some customers are strangers; one query."""
    return set(strangers().filter(among("pk", ids)).values_list("pk", flat=True))
