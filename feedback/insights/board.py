"""The board of insights: a column for each state, those most wanted first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, reader_of
from feedback.insights.models import Department, Insight, InsightQuerySet
from feedback.insights.states import State
from spots.cases.wording import moment

MOST = 30  # cards of a column
LONGEST = 200  # characters of a card's words


class BoardForm(forms.Form):
    """What the address asks for."""

    department = forms.ModelChoiceField(
        Department.objects.order_by("name_ru"),
        required=False,
        label=gettext_lazy("department"),
        empty_label=gettext_lazy("all departments"),
        widget=Select,
    )
    whose = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("everybody's")),
            ("raised", gettext_lazy("that I raised")),
            ("own", gettext_lazy("that I work on")),
        ],
        required=False,
        label=gettext_lazy("whose"),
        widget=Select,
    )

    def of(self, rows: InsightQuerySet, reader: int) -> InsightQuerySet:
        """Leave the insights that are asked for; all of them where the address makes no sense."""
        if not self.is_valid():
            return rows
        asked = {"raised": Q(raised_by=reader), "own": Q(owner=reader)}
        rows = rows.filter(asked.get(self.cleaned_data["whose"], Q()))
        department = self.cleaned_data["department"]
        return rows.filter(department=department) if department else rows


@dataclass(frozen=True)
class Card:
    row: Insight
    words: str
    raised: str
    owner: str


@dataclass(frozen=True)
class Column:
    state: str
    title: str
    count: int
    cards: Sequence[Card]


def columns(rows: InsightQuerySet, request: HttpRequest) -> list[Column]:
    """Return the board's columns: a query for the counts, and one for the cards of each."""
    counts: dict[str, Any] = rows.aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in State}
    )
    shown = rows.select_related("department", "owner").voted_by(reader_of(request).pk)
    return [
        Column(
            state.value,
            str(state.label),
            counts[state.value],
            [_card(row) for row in shown.filter(state=state).order_by("-votes", "-pk")[:MOST]],
        )
        for state in State
        if state != State.JOINED  # the other stands for both
    ]


def _card(row: Insight) -> Card:
    words = scrubbed(row.words)
    short = words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
    return Card(row, short, moment(row.raised_at), name_of(row.owner))
