"""Whether one more gift stays within all limits (pure)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Why(StrEnum):
    """What does not allow it; the words are in wording.py."""

    ROLE = "role"
    GIFT = "gift"
    CUSTOMER = "customer"
    GIVER = "giver"
    GIVERS_MONEY = "givers_money"
    BUDGET = "budget"


@dataclass(frozen=True)
class Limit:
    """What people of a role may give, a calendar month."""

    per_customer: int  # gifts of anybody to one customer
    per_giver: int  # gifts of one person
    money_per_gift: Decimal
    money_per_giver: Decimal
    money_with_second: Decimal  # of one gift that somebody else confirms


@dataclass(frozen=True)
class Given:
    """What was given this month until now."""

    to_customer: int
    by_giver: int
    money_of_giver: Decimal
    money_of_brand: Decimal


def why_not(
    cost: Decimal,
    *,
    limit: Limit | None,
    budget: Decimal | None,
    given: Given,
    confirmed: bool = False,
) -> Why | None:
    """
    Return which limit a gift of this cost would break, the first; None: it may be given.

    limit      of the giver's role; None: it may give nothing
    budget     of the brand for the month; None: none is set
    confirmed  somebody else has said yes to it, or will be asked
    """
    if limit is None:
        return Why.ROLE
    most = max(limit.money_per_gift, limit.money_with_second if confirmed else Decimal(0))
    over = is_over(cost, budget=budget, spent=given.money_of_brand)
    broken = {
        Why.GIFT: cost > most,
        Why.CUSTOMER: given.to_customer >= limit.per_customer,
        Why.GIVER: given.by_giver >= limit.per_giver,
        Why.GIVERS_MONEY: given.money_of_giver + cost > limit.money_per_giver,
        Why.BUDGET: over,
    }
    return next((why for why, is_broken in broken.items() if is_broken), None)


def is_over(cost: Decimal, *, budget: Decimal | None, spent: Decimal) -> bool:
    """Whether a gift of this cost would spend more than a brand's budget; None: none is set."""
    return budget is not None and spent + cost > budget
