"""Which gateway the settings name for a channel."""

from django.conf import settings

from feedback.notifications.catalogue import Channel
from feedback.notifications.channels.console import ConsoleGateway
from feedback.notifications.channels.email import EmailGateway
from feedback.notifications.channels.outcome import Gateway, ReceiptHandler, TextFacts, TextHandler
from feedback.notifications.channels.smpp import SmppGateway


def _let_go(_facts: TextFacts) -> None:
    """Whoever sends to staff, or a code to a customer, takes no answers."""


def gateway_of(
    channel: str, *, on_receipt: ReceiptHandler, on_text: TextHandler = _let_go
) -> Gateway:
    """
    Return the gateway of a channel, not yet connected.

    :raises ValueError: SMS_GATEWAY is neither "console:" nor "smpp://…"
    """
    if channel == Channel.EMAIL:
        return EmailGateway()
    scheme = settings.SMS_GATEWAY.partition(":")[0]
    if scheme == "console":
        return ConsoleGateway()
    if scheme == "smpp":
        return SmppGateway(
            settings.SMS_GATEWAY,
            sender=settings.SMS_SENDER,
            on_receipt=on_receipt,
            on_text=on_text,
        )
    raise ValueError("SMS_GATEWAY is neither console: nor smpp://")
