"""Which gateways a message may go through, in the order in which they are tried."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from complaints.customers.consent import Purpose
from feedback.notifications.channels.choice import Address, gateway_at, let_go
from feedback.notifications.channels.outcome import Gateway as OpenGateway
from feedback.notifications.channels.outcome import ReceiptsHandler, TextHandler
from feedback.notifications.gateways.models import Gateway, GatewayHealth, Sender
from feedback.notifications.holding.rules import Stop
from feedback.notifications.templates.catalogue import Channel


@dataclass(frozen=True)
class WayOut:
    """A gateway as a worker uses it. No `per_second`: it takes all that we have."""

    address: Address
    brand: int | None = None  # None: for every brand
    per_second: int | None = None


_MAIL = WayOut(Address("email", "email", ""))


class WaysOut:
    """The gateways of a channel, read once for a run; those that are shut or stopped are not."""

    def __init__(self, channel: str, *, now: datetime) -> None:
        ways = _of(channel)
        self._brands = {way.brand for way in ways}
        closed = set(
            GatewayHealth.objects.filter(shut_until__gt=now).values_list("name", flat=True)
        )
        closed |= set(Stop.objects.in_force().exclude(gateway="").values_list("gateway", flat=True))
        self._ways = [way for way in ways if way.address.name not in closed]

    def of(self, brand: int) -> list[WayOut]:
        """Return a brand's gateways, the first to try first; its own go before common ones."""
        mine = [way for way in self._ways if way.brand in (None, brand)]
        return sorted(mine, key=lambda way: way.brand is None)

    def are_there(self, brand: int) -> bool:
        """Say whether a brand has a gateway of this channel at all, be it open or shut."""
        return not self._brands.isdisjoint({brand, None})

    def all(self) -> Iterable[WayOut]:
        return self._ways

    def shut(self, way: WayOut) -> None:
        """Use a gateway no more in this run."""
        self._ways = [other for other in self._ways if other != way]


def _of(channel: str) -> list[WayOut]:
    if channel == Channel.EMAIL:
        return [_MAIL]
    rows = list(Gateway.objects.taking(channel).order_by("rank", "pk"))
    if not rows and channel == Channel.SMS:
        return [WayOut(Address.of(settings.SMS_GATEWAY))]
    return [
        WayOut(
            Address(
                row.name,
                row.kind,
                row.address,
                headers=row.headers,
                body=row.body,
                id_at=row.id_at,
                secret=row.secret,
            ),
            row.brand_id,
            row.per_second,
        )
        for row in rows
    ]


def opened(
    way: WayOut, *, on_receipts: ReceiptsHandler, on_text: TextHandler = let_go
) -> OpenGateway:
    """Return the gateway of a way out, not yet connected."""
    return gateway_at(
        way.address,
        sender=settings.SMS_SENDER,
        on_receipts=on_receipts,
        on_text=on_text,
        per_second=way.per_second,
    )


def gateway_of(channel: str, *, on_receipts: ReceiptsHandler) -> OpenGateway:
    """
    Return the usual gateway of a channel, for what is no message to a customer about a case.

    :raises ValueError: SMS_GATEWAY is neither "console:" nor "smpp://…"
    """
    ways = _of(channel)
    common = [way for way in ways if way.brand is None] or ways
    return opened(common[0], on_receipts=on_receipts)


class Senders:
    """The numbers that texts come from, by brand and purpose."""

    def __init__(self) -> None:
        rows = Sender.objects.values_list("brand", "purpose", "sender")
        self._by: dict[tuple[int | None, str], str] = {
            (brand, purpose): sender for brand, purpose, sender in rows
        }

    def of(self, brand: int, purpose: Purpose) -> str:
        """Return a sender; empty: the usual one."""
        return self._by.get((brand, purpose)) or self._by.get((None, purpose)) or ""
