"""Ties on the page of a case: what it takes, and what the panel of the network shows."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from complaints.customers.reader import reader_of
from spots.cases.models import Case
from spots.cases.states import ENDED
from spots.cases.ties.models import Tie
from spots.cases.ties.transitions import MOST_LETTERS, TIERS, tie, untie

LARGEST = 2**63 - 1


class TieForm(forms.Form):
    """One of the numbers is sent: of a site, of a network event, or of a tie that ends."""

    site = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)
    event = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)
    ended = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)
    equipment = forms.CharField(max_length=MOST_LETTERS, required=False)


def may_tie(request: HttpRequest, case: Case) -> bool:
    return case.state not in ENDED and any(request.user.has_perm(name) for name in TIERS)


def context_of(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What the panel needs: the ties that hold, and the things tied to, by their numbers."""
    rows = Tie.objects.current().filter(case=case).select_related("site", "event")
    ties = list(rows.defer("event__area").order_by("pk"))
    return {
        "ties": ties,
        "tied_sites": {one.site_id for one in ties},
        "tied_events": {one.event_id for one in ties},
        "may_tie": may_tie(request, case),
        "most_letters": MOST_LETTERS,
    }


def take(request: HttpRequest, case: Case, sent: dict[str, Any]) -> None:
    """
    Do what a TieForm says.

    :raises IllegalMoveError: it cannot be
    """
    by, now = reader_of(request), timezone.now()
    if sent["ended"]:
        untie(case_id=case.pk, tie_id=sent["ended"], by=by, now=now)
        return
    tie(
        case_id=case.pk,
        site_id=sent["site"],
        event_id=sent["event"],
        equipment=sent["equipment"],
        by=by,
        now=now,
    )
