"""Of a year's clocks the audit asks so much that it has indexes of its own (./dev bench audit)."""

from typing import Final

from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Index, Q

from spots.sla.of_case import ASKED_BY

AUDITED: Final[list[Index]] = [
    # With what is asked of each clock: they need not be visited.
    Index(
        fields=["due_at"],
        include=[
            "id",
            "case",
            "target",
            "policy",
            "minutes",
            "satisfied_at",
            "stopped_at",
            "consumed_minutes",
            "recorded_until",
            *ASKED_BY,
        ],
        name="clock_fell_due",
    ),
    Index(
        fields=["due_at"],
        include=[
            *("id", "case", "target", "policy", "satisfied_at", "stopped_at", "recorded_until"),
            *ASKED_BY,
        ],
        condition=Q(satisfied_at=None) | Q(satisfied_at__gt=F("due_at")),
        name="clock_not_kept",
    ),
    # Whether one fell due, asked case by case.
    Index(fields=["case"], include=["due_at"], name="clock_of_case"),
    # Of which a moment knew other things than the clock tells now.
    GistIndex(
        Func("recorded_from", "recorded_until", function="tstzrange"),
        name="clock_known_otherwise",
    ),
]
