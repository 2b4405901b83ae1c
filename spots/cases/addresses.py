"""Where the pages of cases are: each kind has its own."""

from typing import Final

from django.urls import reverse

from spots.cases.models import Case, Kind

PAGES: Final = {Kind.SPOT: "spot", Kind.SINGLE: "singlecase"}  # parts of the names of addresses


def page_of(case: Case) -> str:
    """Return the address of a case's page."""
    return reverse(f"admin:spots_{PAGES[Kind(case.kind)]}_change", args=[case.pk])
