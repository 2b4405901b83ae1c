"""The tables that belong to no single app, gathered from their topics."""

from heatmaps_project.accounts.models import ApiClient, Look, User

__all__ = ("ApiClient", "Look", "User")
