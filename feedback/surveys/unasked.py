"""Who is asked nothing, whatever survey it is."""

from collections.abc import Collection

from complaints.among import among
from complaints.customers.consent import OptOut, Purpose
from complaints.customers.models import Customer
from complaints.customers.numbers.models import own_among
from feedback.surveys.states import Skip


def unasked(customer_ids: Collection[int]) -> dict[int, Skip]:
    """Return which of some customers are never asked, and why; three queries."""
    refused = OptOut.objects.of(Purpose.SURVEY).filter(among("customer", customer_ids))
    gone = Customer.objects.filter(among("pk", customer_ids), gone=True)
    return {
        **dict.fromkeys(gone.values_list("pk", flat=True), Skip.GONE),
        **dict.fromkeys(refused.values_list("customer", flat=True), Skip.OPTED_OUT),
        **dict.fromkeys(own_among(customer_ids), Skip.EMPLOYEE),
    }
