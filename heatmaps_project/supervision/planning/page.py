"""What the page of a place shows beside its fields."""

from typing import Any, Final

from django.db.models import Q
from django.http import HttpRequest
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from complaints.customers.reader import walls_of
from heatmaps_project.supervision.planning.models import Proposal
from heatmaps_project.supervision.planning.states import BY_HAND, MOVES
from heatmaps_project.supervision.planning.transitions import PLAN
from spots.cases.models import Case
from spots.network.models import NetworkEvent

MOST: Final = 100  # spots of a page
_COUNTS: Final = ("customers", "promoters", "detractors", "answered", "poor", "surveyed")
_MULTIPLES: Final = ("rate", "value", "mood", "heard", "counted")
# Rows that were measured before there were measurements of the network have no word of them.
_NOT_MEASURED: Final = {
    **dict.fromkeys(("poor", "surveyed", "failures", "attempts"), 0),
    **dict.fromkeys(("heard", "counted"), 1.0),
}


def rounded(value: float, places: int = 0) -> str:
    """Return a number as the reader's language writes it."""
    # number_format cuts: 2 724.6 would be 2 724 here, and 2 725 where a template says it
    return floatformat(value, f"{places}g")


def counted(row: Proposal) -> str:
    """Return what was counted of a place, in a sentence."""
    said = _(
        "%(spots)d spots in 180 days, %(back)d of them within 30 days of a fix; they hit"
        " %(affected)s subscribers, each counted in each; %(complaints)s complaints, %(share)s %%"
        " of all of the region and brand; %(subscribers)s subscribers live there."
    )
    return said % {
        "spots": row.spots,
        "back": row.came_back,
        "affected": rounded(row.affected),
        "complaints": rounded(row.complaints),
        "share": rounded(100 * row.share, 1),
        "subscribers": rounded(row.subscribers),
    }


def why(row: Proposal) -> str:
    """Return the product that the worth of a place is."""
    if not row.factors:
        return "—"
    factors = {**_NOT_MEASURED, **row.factors}
    said = _(
        "%(worth)s = %(affected)s subscribers hit × %(rate)s for complaints per 1,000"
        " (%(per_thousand)s, drawn to the mean of all places) × %(value)s for lifetime value (of"
        " %(customers)d customers) × %(mood)s for NPS (%(promoters)d promoters, %(detractors)d"
        " detractors of %(answered)d) × %(heard)s for surveys of network quality (%(poor)d poor"
        " answers of %(surveyed)d) × %(counted)s for counters of cells (%(failures)s failures of"
        " %(attempts)s attempts)."
    )
    rate = row.per_thousand
    return said % {
        **{name: factors[name] for name in _COUNTS},
        **{name: rounded(factors[name]) for name in ("failures", "attempts")},
        **{name: rounded(factors[name], 2) for name in _MULTIPLES},
        "worth": rounded(row.worth),
        "affected": rounded(row.affected),
        "per_thousand": "—" if rate is None else rounded(rate, 1),
    }


def context_of(request: HttpRequest, row: Proposal) -> dict[str, Any]:
    """Return a place's spots, history, links and what may be decided; queries do not grow."""
    linked = list(row.links.select_related("event").order_by("band", "pk"))
    near = NetworkEvent.objects.within(walls_of(request)).filter(
        Q(ends_at=None) | Q(ends_at__gt=row.measured_at),
        brand=row.brand_id,
        area__intersects=row.outline,
    )
    near = near.exclude(pk__in=[one.event_id for one in linked]).defer("area")
    spots = Case.objects.within(walls_of(request)).filter(pk__in=row.cases)
    spots = spots.select_related("topic", "cause", "brand").defer("outline", "evidence")
    return {
        "spots": spots.order_by("-opened_at", "-pk")[:MOST],
        "steps": row.steps.select_related("by").order_by("-pk")[:MOST],
        "links": linked,
        "near": near.order_by("-starts_at", "pk")[:20],
        "may_plan": request.user.has_perm(PLAN),
        "decisions": [
            (kind, label) for kind, label in BY_HAND.items() if row.state in MOVES[kind].sources
        ],
    }
