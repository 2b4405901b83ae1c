"""By which channels a customer can be told: what they have, the one they prefer first."""

from collections.abc import Collection

from complaints.customers.models import Customer
from feedback.notifications.gateways.models import Gateway
from feedback.notifications.templates.catalogue import Channel

ORDER = (Channel.PUSH, Channel.SMS, Channel.EMAIL)


def in_order(has: Collection[str], *, prefers: str) -> list[str]:
    """Return channels in the order in which they are tried."""
    return sorted((one for one in ORDER if one in has), key=lambda one: one != prefers)


class Reach:
    """Which brands' apps can be pushed to is read once, for any number of customers."""

    def __init__(self) -> None:
        pushing = Gateway.objects.taking(Channel.PUSH).values_list("brand", flat=True)
        self._pushing = set(pushing.distinct())  # None: every brand

    def channels(
        self, *, brand: int, app: bool, phone: bool, email: bool, prefers: str
    ) -> list[str]:
        """Return the channels by which somebody who has these can be reached, the first first."""
        pushed = app and not self._pushing.isdisjoint({brand, None})
        has = {Channel.PUSH: pushed, Channel.SMS: phone, Channel.EMAIL: email}
        return in_order([one for one, is_there in has.items() if is_there], prefers=prefers)

    def of(self, customer: Customer) -> list[str]:
        return self.channels(
            brand=customer.brand_id,
            app=customer.app and bool(customer.told_id),
            phone=bool(customer.phone),
            email=bool(customer.email),
            prefers=customer.preferred_channel,
        )
