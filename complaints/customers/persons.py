"""Several numbers of one person, as the CRM tells: customers of a brand that share its `person`."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from django.db import connection
from django.db.models import Q

from complaints.customers.models import IS_TOLD, Customer, CustomerQuerySet
from complaints.customers.personal import blind_indexes

# What more customers share is no person: a company, or a word that stands for “not known”.
MOST_NUMBERS: Final = 100
_OF_PERSONS: Final = """
    SELECT told.brand, told.person, customer.id
    FROM unnest(%s::bigint[], %s::text[]) AS told (brand, person)
    CROSS JOIN LATERAL (
        SELECT id FROM complaints_customer
        WHERE person = told.person AND person <> '' AND brand_id = told.brand
        LIMIT %s
    ) customer
"""


def persons_of(customer_ids: Collection[int]) -> dict[int, int]:
    """
    Return, of some customers and of all that are the same persons, the person's least customer.

    Whoever shares a person with nobody, or with more than MOST_NUMBERS, is their own; two queries,
    one where no person was told. However many share one, no more of them are read.
    """
    told = Customer.objects.filter(pk__in=customer_ids).exclude(person="")
    named = sorted(set(told.values_list("brand", "person")))
    found = {pk: pk for pk in customer_ids}
    if not named:
        return found
    numbers: dict[tuple[int, str], list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        brands, persons = zip(*named, strict=True)
        cursor.execute(_OF_PERSONS, [list(brands), list(persons), MOST_NUMBERS + 1])
        for brand, person, pk in cursor.fetchall():
            numbers[brand, person].append(pk)
    for same in numbers.values():
        if len(same) <= MOST_NUMBERS:
            found |= dict.fromkeys(same, min(same))
    return found


def other_numbers(customer: Customer) -> CustomerQuerySet:
    """Return the other customers who are the same person; of whom no person was told, nobody."""
    if not customer.person:
        return Customer.objects.none()
    same = Q(brand=customer.brand_id, person=customer.person) & ~Q(pk=customer.pk)
    return Customer.objects.filter(same).order_by("pk")


def known_by_contact(customer: Customer) -> CustomerQuerySet:
    """
    Return whoever of the brand is known by a customer's phone or e-mail alone: the same person, as
    they wrote to us by a form or a letter.

    Of a customer whom the CRM has told of; what another such one has too is perhaps theirs.
    """
    ids: list[str] = []
    ways = (("tel", "phone_index", customer.phone), ("mail", "email_index", customer.email))
    for prefix, column, value in ways if customer.told_id else ():
        indexes = blind_indexes(value)
        others = Customer.objects.not_erased().filter(IS_TOLD, **{f"{column}__in": indexes})
        if not others.filter(brand=customer.brand_id).exclude(pk=customer.pk).exists():
            ids += [f"{prefix}:{index.hex()}" for index in indexes]
    return Customer.objects.not_erased().filter(brand=customer.brand_id, crm_id__in=ids)
