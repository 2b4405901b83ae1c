"""Who looked up whom or what, and what came of it: read, never written."""

from typing import cast

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.reader import name_of, walls_of
from heatmaps_project.desk.models import Lookup, LookupOutcome, LookupQuerySet
from spots.cases.wording import span

OUTCOMES = Prefetch("outcomes", LookupOutcome.objects.order_by("at", "pk"), to_attr="came_of_it")


class LookupAdmin(ReadOnlyAdmin):
    """Lookups of every way, newest first."""

    list_display = (
        *("at", "who", "origin", "asked", "whose", "situation", "spot", "outcome"),
        *("time_to_answer", "took_ms"),
    )
    fields = list_display
    list_filter = ("origin", "asked", "situation", "outcomes__outcome")
    list_select_related = ("by", "client")
    search_fields = ("by__username", "agent")
    search_help_text = gettext_lazy("Who looked up")
    date_hierarchy = "at"
    show_full_result_count = False
    actions = None
    ordering = ("-at", "-id")

    def get_queryset(self, request: HttpRequest) -> LookupQuerySet:
        rows = cast(LookupQuerySet, super().get_queryset(request)).within(walls_of(request))
        return rows.prefetch_related(OUTCOMES)

    @display(description=gettext_lazy("who"))
    def who(self, lookup: Lookup) -> str:
        return who_asked(lookup) or "—"

    @display(description=gettext_lazy("whose"))
    def whose(self, lookup: Lookup) -> str:
        if lookup.customer_id is None:
            return "—"
        return _("customer %(number)s") % {"number": lookup.customer_id}

    @display(description=gettext_lazy("spot"))
    def spot(self, lookup: Lookup) -> str:
        return f"№ {lookup.case_id}" if lookup.case_id else "—"

    @display(description=gettext_lazy("outcome"))
    def outcome(self, lookup: Lookup) -> str:
        return ", ".join(one.get_outcome_display() for one in _came_of(lookup)) or "—"

    @display(description=gettext_lazy("time to answer"))
    def time_to_answer(self, lookup: Lookup) -> str:
        done = _came_of(lookup)
        if not done:
            return "—"
        passed = done[0].at - lookup.at
        seconds = int(passed.total_seconds())
        return _("%(n)d s") % {"n": seconds} if seconds < 60 else span(passed)


def _came_of(lookup: Lookup) -> list[LookupOutcome]:
    rows: list[LookupOutcome] = vars(lookup).get("came_of_it", [])
    return rows


def who_asked(lookup: Lookup) -> str:
    """Return a member of staff, or a machine and the agent before it; empty: the customer."""
    if lookup.client is None:
        return name_of(lookup.by)
    return f"{lookup.client.name}: {lookup.agent}" if lookup.agent else lookup.client.name
