"""Processes of their own on the database of the test."""

import os
from urllib.parse import urlsplit

from django.db import connection


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that works on the database of the test."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        **os.environ,
        "DATABASE_URL": url.geturl(),
        "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
        **more,
    }
