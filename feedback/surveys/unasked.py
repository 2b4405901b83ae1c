"""Who is asked nothing, whatever survey it is."""

from collections.abc import Collection

from complaints.among import among
from complaints.customers.consent import OptOut, Purpose
from complaints.customers.numbers.models import own_among
from feedback.surveys.states import Skip


def unasked(customer_ids: Collection[int]) -> dict[int, Skip]:
    """Return which of some customers are never asked, and why; two queries."""
    refused = OptOut.objects.of(Purpose.SURVEY).filter(among("customer", customer_ids))
    return {
        **dict.fromkeys(refused.values_list("customer", flat=True), Skip.OPTED_OUT),
        **dict.fromkeys(own_among(customer_ids), Skip.EMPLOYEE),
    }
