"""Gateways that really run, as fixtures."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import gateways
from tests.gateways import Letters, Smsc, Web


@pytest.fixture
def smsc(settings: Any) -> Iterator[Smsc]:
    with gateways.sms_centre(settings) as centre:
        yield centre


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Letters]:
    with gateways.mail_server(settings) as letters:
        yield letters


@pytest.fixture
def web() -> Iterator[Web]:
    with gateways.web() as server:
        yield server
