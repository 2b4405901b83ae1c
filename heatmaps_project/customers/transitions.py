"""Erasing a customer everywhere: each room erases its own, in one transaction."""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from complaints.customers import transitions as customers
from complaints.customers.models import Customer
from complaints.customers.persons import known_by_contact
from complaints.events import transitions as events
from complaints.geocoding import transitions as geocoding
from complaints.geocoding import transitions_of_houses as houses
from complaints.imports import transitions_of_erasure as imports
from complaints.intake import transitions_of_state as intake
from complaints.intake.models import Complaint
from feedback.followups import transitions as followups
from feedback.followups.models import FollowUp, FollowUpStep
from feedback.goodwill import transitions as goodwill
from feedback.goodwill.given import AskedGift, Given
from feedback.insights import transitions as insights
from feedback.insights.models import Insight
from feedback.notifications import transitions as notifications
from feedback.notifications.outbox.models import Message
from feedback.surveys import transitions as surveys
from feedback.surveys.models import Answer, Invitation
from heatmaps_project.customers import proof
from heatmaps_project.desk.danger import transitions as dangers
from heatmaps_project.desk.danger.models import Emergency
from heatmaps_project.desk.own import transitions as own_pages
from heatmaps_project.desk.requests import transitions as requests
from heatmaps_project.desk.requests.models import ServiceRequest
from heatmaps_project.desk.reviews import transitions as reviews
from heatmaps_project.tmf import transitions as tmf
from heatmaps_project.webhooks import transitions as webhooks
from spots.cases import transitions as cases
from spots.network.imports import transitions as files


def erase_person(*, customer_id: int, by: str, now: datetime) -> bool:
    """
    Erase a customer who asks for it, and whoever is known by their phone or e-mail alone: what they
    said by a form or a letter is theirs, too. False: it was done before.

    Each in a transaction of its own, since others lock several customers in an order of theirs; the
    customer last, so that whoever asks again, after it broke off, finds the others by them.

    :raises Customer.DoesNotExist: there is none
    """
    customer = Customer.objects.get(pk=customer_id)
    for number in known_by_contact(customer).order_by("pk").values_list("pk", flat=True):
        erase(customer_id=number, by=by, now=now)
    return erase(customer_id=customer_id, by=by, now=now)


@transaction.atomic
def erase(*, customer_id: int, by: str, now: datetime, erased_at: datetime | None = None) -> bool:
    """
    Erase whatever a customer could be recognised by; False: it was done before.

    Complaints, ratings and messages stay, of nobody and without words, so that figures stay true.
    The erasure itself is kept: who asked for it, and when, in a signed report of what was erased.

    by         source of the API client that asks
    erased_at  when it was done first, where a restored backup had the customer again

    :raises Customer.DoesNotExist: there is none
    """
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if not Customer.objects.not_erased().filter(pk=customer_id).exists():
        return False
    before = proof.touched()
    _wait_for_writers(customer_id)
    theirs = Complaint.objects.filter(customer=customer_id)
    ids = list(theirs.values_list("pk", flat=True))
    cases.hold_singles(ids)
    intake.forget_customers(theirs)
    events.forget_words(ids)
    geocoding.forget_complaints(ids)
    cases.redraw_singles(ids)
    cases.forget_words(ids)
    cases.forget_files(ids)
    houses.forget_customer(customer.brand_id, customer.crm_id)
    files.forget_customer(customer.brand_id, customer.crm_id)
    imports.forget_customer(customer)
    notifications.forget_messages(Message.objects.filter(customer=customer))
    notifications.forget_texts(notifications.texts_of(customer))
    surveys.forget_words(Answer.objects.filter(invitation__customer=customer))
    followups.forget_words(FollowUpStep.objects.filter(followup__customer=customer))
    goodwill.forget_words(Given.objects.filter(customer=customer))
    goodwill.forget_words(AskedGift.objects.filter(customer=customer))
    insights.forget_words(Insight.objects.filter(customer=customer))
    requests.forget_words(ServiceRequest.objects.filter(customer=customer))
    own_pages.forget_customer(customer_id)
    dangers.forget_words(Emergency.objects.filter(customer=customer))
    reviews.forget_words(reviews.of_customer(customer_id))
    tmf.forget_words(ids)
    webhooks.forget_words([f"troubleTicket:{pk}" for pk in ids])
    first_at = erased_at or now
    customers.erase(customer_id=customer_id, now=first_at)
    report = proof.signed(
        {
            "format": 1,
            "installation": settings.PUBLIC_URL,
            "customer": customer_id,
            "brand": customer.brand.code,
            "asked_by": by,
            "erased_at": first_at.isoformat(),
            "reported_at": now.isoformat(),
            "complaints": len(ids),
            "rows": proof.between(before, proof.touched()),
        }
    )
    customers.prove_erased(
        customer_id=customer_id, by=by, complaints=len(ids), report=report, now=first_at
    )
    return True


# What is said of a customer hangs from these, in the order in which others lock them.
_ROOTS: Final[tuple[QuerySet[Any], ...]] = (
    Message.objects.all(),
    Invitation.objects.all(),
    FollowUp.objects.all(),
    Emergency.objects.all(),
    ServiceRequest.objects.all(),
)


def _wait_for_writers(customer_id: int) -> None:
    """Wait for whoever is writing; who comes later sees that the customer was erased."""
    for rows in _ROOTS:
        locked = rows.filter(customer=customer_id).order_by("pk").select_for_update()
        list(locked.values_list("pk", flat=True))
