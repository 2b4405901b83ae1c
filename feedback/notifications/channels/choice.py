"""From an address to the gateway that speaks its protocol."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from feedback.notifications.channels.console import ConsoleGateway
from feedback.notifications.channels.email import EmailGateway
from feedback.notifications.channels.http import HttpGateway
from feedback.notifications.channels.outcome import Gateway, ReceiptsHandler, TextFacts, TextHandler
from feedback.notifications.channels.push import PushGateway
from feedback.notifications.channels.smpp import SmppGateway


@dataclass(frozen=True)
class Address:
    """
    A gateway that somebody set up.

    name  receipts are matched, and outcomes counted, within it
    kind  "email", "smpp", "http", "push" or "console"
    url   with user and password, where it has them
    headers, body, id_at  of HTTP: how it is asked, and where its answer holds the message's id
    secret  of push messages: what they are signed with
    """

    name: str
    kind: str
    url: str
    headers: str = ""
    body: str = ""
    id_at: str = ""
    secret: str = ""

    @classmethod
    def of(cls, url: str) -> "Address":
        """Read "console:" or "smpp://user:password@host:port"."""
        kind = url.partition(":")[0]
        parts = urlsplit(url)
        if kind != "smpp":
            return cls(kind, kind, url)
        return cls(f"{parts.username or ''}@{parts.hostname}:{parts.port or 2775}", kind, url)


def let_go(_facts: TextFacts) -> None:
    """Whoever sends to staff, or a code to a customer, takes no answers."""


def gateway_at(
    address: Address,
    *,
    sender: str,
    on_receipts: ReceiptsHandler,
    on_text: TextHandler = let_go,
    per_second: int | None = None,
) -> Gateway:
    """
    Return a gateway, not yet connected.

    sender  the number that texts come from which name none
    per_second  parts, at most; None: as many as it takes
    :raises ValueError: the address is none that we know
    """
    match address.kind:
        case "email":
            return EmailGateway()
        case "console":
            return ConsoleGateway()
        case "http":
            return HttpGateway(
                address.name,
                address.url,
                headers=address.headers,
                body=address.body,
                id_at=address.id_at,
                sender=sender,
                per_second=per_second,
            )
        case "push":
            return PushGateway(
                address.name,
                address.url,
                secret=address.secret,
                id_at=address.id_at,
                per_second=per_second,
            )
        case "smpp":
            return SmppGateway(
                address.url,
                name=address.name,
                sender=sender,
                per_second=per_second,
                on_receipts=on_receipts,
                on_text=on_text,
            )
    raise ValueError("SMS_GATEWAY is neither console: nor smpp://")
