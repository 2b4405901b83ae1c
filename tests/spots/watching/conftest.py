"""What tests of the watch have at hand."""

import pytest

from spots.models import Watch
from spots.watching import runner
from tests.spots.watching.bursts import make_quiet_watch


@pytest.fixture(autouse=True)
def _forget() -> None:
    """Every test's engines start as in a new process."""
    runner.forget()


@pytest.fixture
def watch(db: None) -> Watch:
    return make_quiet_watch()
