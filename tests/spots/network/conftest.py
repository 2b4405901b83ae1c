"""What the tests of the network have in common."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are told in the language of whoever asks; here they are compared in English."""
    with translation.override("en"):
        yield
