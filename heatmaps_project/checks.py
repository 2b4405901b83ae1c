"""What must not reach production: keys that everybody knows."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error


def keys_are_secret(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse the keys that tests use."""
    if settings.SECRET_KEY != settings.INSECURE and "test" not in settings.DATA_KEYS:
        return []
    return [
        Error(
            "SECRET_KEY, DATA_KEYS or BLIND_INDEX_PEPPER is the one that tests use.",
            hint="Set all three; docs/operate.md says how to make them.",
            id="heatmaps.E001",
        )
    ]
