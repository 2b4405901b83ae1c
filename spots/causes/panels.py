"""The cause helper on a spot's page: likely causes, why, and one click to take one."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from complaints.customers.reader import walls_of
from spots.cases.models import Case
from spots.cases.states import MOVES, WORKING
from spots.causes.evidence import suggestions_for
from spots.causes.wording import sentence


def suggested(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """The likeliest causes, while the case is worked on."""
    if case.state not in WORKING or not request.user.has_perm("spots.view_site"):
        return None
    plan = MOVES["plan"]
    may_take = case.state in plan.sources and request.user.has_perm(plan.permission or "")
    rows = [
        {
            "cause": cause,
            "percent": round(100 * one.score),
            "reasons": [sentence(piece, case.region.time_zone) for piece in one.evidence],
            "chosen": cause.pk == case.cause_id,
        }
        for cause, one in suggestions_for(case, walls=walls_of(request), now=timezone.now())
    ]
    return "admin/spots/spot/panels/suggested.html", {"rows": rows, "may_take": may_take}
