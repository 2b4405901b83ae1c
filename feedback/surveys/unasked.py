"""Who is asked nothing, whatever survey it is."""

from collections.abc import Collection
from typing import Final

from complaints.among import among
from complaints.customers.consent import Purpose, refusing
from complaints.customers.models import Customer
from complaints.customers.numbers.models import own_among
from complaints.intake.strangers import strangers_among
from feedback.surveys.states import Skip

MOST_STRANGERS: Final = 20  # who are asked about one event, or told of it by one batch


def too_many(customer_ids: Collection[int]) -> set[int]:
    """
    Return the strangers among customers beyond MOST_STRANGERS, who are not asked either; one query.

    Whoever made them up answers for all of them, as often as there are names.
    """
    return set(sorted(strangers_among(customer_ids))[MOST_STRANGERS:])


def unasked(customer_ids: Collection[int]) -> dict[int, Skip]:
    """Return which of some customers are never asked, and why; three queries."""
    refused = refusing(Purpose.SURVEY).filter(among("pk", customer_ids))
    gone = Customer.objects.filter(among("pk", customer_ids), gone=True)
    return {
        **dict.fromkeys(gone.values_list("pk", flat=True), Skip.GONE),
        **dict.fromkeys(refused.values_list("pk", flat=True), Skip.OPTED_OUT),
        **dict.fromkeys(own_among(customer_ids), Skip.EMPLOYEE),
    }
