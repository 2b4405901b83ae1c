"""Erasing what was written to a customer, and what they wrote back."""

from django.db.models import Q

from complaints.customers.models import Customer
from complaints.customers.personal import blind_indexes
from feedback.notifications.incoming.models import IncomingText
from feedback.notifications.outbox.models import Message, Part, Receipt
from feedback.notifications.outbox.tries import Try


def forget_words(customer: Customer) -> None:
    """
    Erase the words of messages to a customer and from them, and which number they went to; that
    they were sent stays.

    What is not sent yet is not sent: whoever is erased refuses everything.
    """
    Message.objects.filter(customer=customer).update(text="", subject="", own_values="")
    Receipt.objects.filter(part__message__customer=customer).delete()
    Part.objects.filter(message__customer=customer).update(address_index=None)
    Try.objects.filter(message__customer=customer).update(text="", subject="")
    theirs = Q(invitation__customer=customer)
    if customer.phone:
        theirs |= Q(address_index__in=blind_indexes(customer.phone))
    IncomingText.objects.filter(theirs).update(text="", address="", address_index=b"")
