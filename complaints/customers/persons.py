"""Several numbers of one person, as the CRM tells: customers of a brand that share its `person`."""

from collections.abc import Collection

from django.db.models import Q

from complaints.customers.models import Customer, CustomerQuerySet


def persons_of(customer_ids: Collection[int]) -> dict[int, int]:
    """
    Return, of some customers and of all that are the same persons, the person's least customer.

    Whoever shares a person with nobody is their own; two queries, one where no person was told.
    """
    told = Customer.objects.filter(pk__in=customer_ids).exclude(person="")
    named = set(told.values_list("brand", "person"))
    found = {pk: pk for pk in customer_ids}
    if not named:
        return found
    same = Customer.objects.filter(person__in={person for _brand, person in named})
    least: dict[tuple[int, str], int] = {}
    for pk, brand, person in same.order_by("pk").values_list("pk", "brand", "person"):
        if (brand, person) in named:
            found[pk] = least.setdefault((brand, person), pk)
    return found


def other_numbers(customer: Customer) -> CustomerQuerySet:
    """Return the other customers who are the same person; of whom no person was told, nobody."""
    if not customer.person:
        return Customer.objects.none()
    same = Q(brand=customer.brand_id, person=customer.person) & ~Q(pk=customer.pk)
    return Customer.objects.filter(same).order_by("pk")
