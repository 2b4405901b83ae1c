"""Who will be told what, when and how: said to the caller before they hang up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.customers.models import Customer
from complaints.customers.personal import masked_email, masked_phone
from spots.cases.states import WORKING


class Case(Protocol):
    """What is asked of a case, or of what is known of one."""

    @property
    def state(self) -> str: ...
    @property
    def eta_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Telling:
    """
    Where a customer is written to, masked, and of what. No `to`: nothing is sent.

    quiet  local hours at which nobody is written to, "21-09"; empty: none
    """

    channel: str
    to: str
    of: tuple[str, ...]
    quiet: str


def telling(customer: Customer | None, case: Case | None, *, tell: bool) -> Telling:
    """Return what a customer with a complaint in a case (None: in none yet) will be told."""
    phone, email = (customer.phone, customer.email) if customer else ("", "")
    if not tell or not (phone or email):
        return Telling("", "", (), "")
    return Telling(
        channel="SMS" if phone else _("e-mail"),
        to=masked_phone(phone) if phone else masked_email(email),
        of=tuple(_reasons(case)),
        quiet=settings.QUIET_HOURS,
    )


def _reasons(case: Case | None) -> list[str]:
    fixed = _("when it is fixed")
    if case is None or (case.state in WORKING and case.eta_at is None):
        return [_("when the term is known"), fixed]
    return [fixed]
