"""Webhooks in tests go to this machine."""

from collections.abc import Iterator

import pytest

from tests.heatmaps_project.webhooks.receiver import Receiver, receiver


@pytest.fixture(autouse=True)
def _calls_itself(settings) -> None:
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_PRIVATE_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture(name="crm")
def _crm() -> Iterator[Receiver]:
    with receiver() as told:
        yield told
