"""What the page of a single case has besides: the answer, and what is near by."""

from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.http import HttpRequest

from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from spots.cases.comments.pages import may_comment
from spots.cases.models import Case, Kind
from spots.cases.page import drawing
from spots.cases.singles.forms import AnswerForm
from spots.cases.states import ENDED, MOVES, WORKING

FOLDER = "admin/spots/singlecase/"
NEAR_M = 3000  # metres round the complaint
MOST_NEAR = 20  # of each kind; the nearest


def near(case: Case, *, walls: Walls, kind: Kind) -> list[Case]:
    """Return the cases of a kind in work near by that the reader may see, the nearest first."""
    box = drawing.box_round(case, metres=NEAR_M)
    rows = Case.objects.within(walls).working().filter(kind=kind, brand=case.brand_id)
    rows = rows.exclude(pk=case.pk)
    found = (
        rows.filter(outline__intersects=box)
        if kind == Kind.SPOT
        else rows.filter(centre__within=box, region=case.region_id)
    )
    away = Distance("centre", case.centre)
    rows = found.select_related("topic").defer("evidence", "priority_facts")
    return list(rows.order_by(away, "pk")[:MOST_NEAR])


def answer(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """What the customer is answered."""
    if case.state in ENDED or not may_comment(request):
        return None
    # One that came back is shown as it was filled in.
    came_back = bool(request.resolver_match and request.resolver_match.url_name == ANSWER)
    form = AnswerForm(request.POST if came_back else None, auto_id="answer_%s")
    return FOLDER + "answer.html", {"case": case, "form": form}


ANSWER = "spots_singlecase_answer"


def regroup(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """Spots that it can join, and other single cases that can become a spot with it."""
    move = MOVES["merge"]
    if case.state not in WORKING or not request.user.has_perm(move.permission or ""):
        return None
    walls = walls_of(request)
    return FOLDER + "regroup.html", {
        "case": case,
        "spots": near(case, walls=walls, kind=Kind.SPOT),
        "singles": near(case, walls=walls, kind=Kind.SINGLE),
    }
