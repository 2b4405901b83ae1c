"""Erasing what was written to customers, and what they wrote back."""

from django.db.models import Q, QuerySet

from complaints.customers.models import Customer
from complaints.customers.personal import blind_indexes
from feedback.notifications.incoming.models import IncomingText
from feedback.notifications.outbox.models import Message, Part, Receipt
from feedback.notifications.outbox.tries import Try


def forget_messages(messages: QuerySet[Message]) -> None:
    """
    Erase the words of messages and of their former tries, and which number they went to; that they
    were sent stays.

    Whoever is booking what came of one is waited for: what they write goes, too.
    """
    of = list(messages.order_by("pk").select_for_update().values_list("pk", flat=True))
    Receipt.objects.filter(part__message__in=of).delete()
    Part.objects.filter(message__in=of).update(address_index=None)
    Try.objects.filter(message__in=of).update(text="", subject="", error="")
    Message.objects.filter(pk__in=of).update(text="", subject="", own_values="", error="")


def forget_texts(texts: QuerySet[IncomingText]) -> None:
    """Erase what customers wrote, and from which number; that they did stays."""
    texts.update(text="", address="", address_index=b"")


def texts_of(customer: Customer) -> QuerySet[IncomingText]:
    """
    Return what a customer wrote, in answer to a survey of theirs or from their number.

    What nobody was asked for is somebody else's, too, where another customer has the number:
    a brand erases nothing of another's by telling of its customers' numbers.
    """
    theirs = Q(invitation__customer=customer)
    numbers = blind_indexes(customer.phone)
    others = Customer.objects.not_erased().filter(phone_index__in=numbers).exclude(pk=customer.pk)
    if numbers and not others.exists():
        theirs |= Q(invitation=None, address_index__in=numbers)
    return IncomingText.objects.filter(theirs)
