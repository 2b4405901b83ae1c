"""Every write to what customers agreed to."""

from datetime import datetime

from complaints.customers.consent import OptOut, Purpose


def opt_out(*, customer_id: int, purpose: Purpose, told_by: str, now: datetime) -> None:
    """Write to a customer no more for a purpose. Said twice, the first time stands."""
    row = OptOut(customer_id=customer_id, purpose=purpose, told_by=told_by, at=now)
    OptOut.objects.bulk_create([row], ignore_conflicts=True)


def opt_in(*, customer_id: int, purpose: Purpose) -> None:
    """Take an opt-out back, as the customer asked."""
    OptOut.objects.filter(customer=customer_id, purpose=purpose).delete()
