"""What an API client may ask for: the scopes of its own row, and no more."""

from typing import Any

from oauth2_provider.scopes import SettingsScopes

from heatmaps_project.api_settings import API_SCOPES


class ClientScopes(SettingsScopes):
    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        known = list(API_SCOPES)
        if application is None:
            return known
        return [scope for scope in known if scope in application.scopes.split()]

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.get_available_scopes(application, request)
