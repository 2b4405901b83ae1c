"""The tables that belong to no single app, gathered from their topics."""

from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.desk.models import Lookup, LookupOutcome
from heatmaps_project.supervision.audit.reports.models import AuditReport

__all__ = ("ApiClient", "AuditReport", "Look", "Lookup", "LookupOutcome", "User")
