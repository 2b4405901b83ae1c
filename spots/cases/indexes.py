"""Audits and figures ask so much of years of cases that they have indexes (./dev bench audit)."""

from typing import Final

from django.db.models import Index, Q

# With whatever a case is counted by: it need not be visited.
AUDITED: Final = Index(
    fields=["id"],
    include=["kind", "brand", "region", "topic", "team", "engineer", "band", "state"],
    name="case_audited",
)
# The events that a period's figures are told from.
TOLD: Final = Index(
    fields=["at"],
    include=["case", "kind"],
    condition=Q(kind__in=["opened", "fixed", "reopened", "failed"]),
    name="event_told",
)
# Who had a case is told by those events that say from when on.
SAYS_WHO: Final = Q(facts__has_key="team") | Q(facts__has_key="engineer")
TOLD_WHO: Final = Index(fields=["at"], include=["case"], condition=SAYS_WHO, name="event_says_who")
# What people did, for the work that a solution took.
BY_PEOPLE: Final = Index(
    fields=["at"], include=["case"], condition=Q(by__isnull=False), name="event_by_people"
)
# Spots by when they were opened, and by when they ended, with what is counted of each.
OPENED_AT: Final = Index(
    fields=["opened_at"],
    include=["id", "kind", "state", "brand", "region", "topic", "team", "started_at"],
    name="case_opened",
)
ENDED_AT: Final = Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="case_ended")
OF_EVENTS: Final = [
    Index(fields=["case", "at", "id"], name="event_of_case"),
    Index(fields=["kind", "id"], name="event_of_kind"),
    TOLD,
    TOLD_WHO,
    BY_PEOPLE,
]
