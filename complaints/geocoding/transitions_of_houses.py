"""Every write to how many subscribers live in a house."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F, Func, Value

from complaints.geocoding.models import Address, HouseSubscribers
from complaints.geocoding.subscribers import Living

BATCH = 2000


@transaction.atomic
def settle(brand_id: int, living: Mapping[int, Living]) -> None:
    """
    Set how many of a brand's subscribers live in houses, by the houses' primary keys.

    Houses that are no longer in the registry are left out.
    """
    there = set(Address.objects.filter(pk__in=list(living)).values_list("pk", flat=True))
    HouseSubscribers.objects.bulk_create(
        (
            HouseSubscribers(
                brand_id=brand_id,
                address_id=pk,
                people=living[pk].people,
                crm_ids=list(living[pk].crm_ids),
            )
            for pk in sorted(there)
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["brand", "address"],
        update_fields=["people", "crm_ids"],
    )


def forget(brand_id: int, address_ids: Iterable[int]) -> None:
    """Take away what a brand told of these houses."""
    HouseSubscribers.objects.filter(brand=brand_id, address__in=list(address_ids)).delete()


def forget_customer(brand_id: int, crm_id: str) -> None:
    """Take a customer's id away from where it is known to live; how many live there stays."""
    rows = HouseSubscribers.objects.filter(brand=brand_id, crm_ids__contains=[crm_id])
    rows.update(crm_ids=Func(F("crm_ids"), Value(crm_id), function="array_remove"))
