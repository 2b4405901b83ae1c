"""What every test of the map has at hand."""

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _no_tile_of_another_test() -> None:
    # A test's rows go by a rollback, which no version counts.
    caches["tiles"].clear()
