"""What docs/integrate.md tells a CRM's developer to write, works."""

import re
from pathlib import Path
from typing import get_args

import pytest

from heatmaps_project.webhooks.events import EventName, EventType
from heatmaps_project.webhooks.sending import send
from tests.factories import NOW, make_delivery, make_subscription

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parents[3] / "docs" / "integrate.md").read_text()
SECTION = TEXT.partition("## Be told of events")[2].partition("\n## ")[0]


def test_the_receiver_of_the_docs_takes_what_is_sent_and_nothing_else(crm):
    told: dict = {}
    exec(re.search(r"```python\n(.*?)```", SECTION, re.DOTALL)[1], told)
    row = make_subscription(url=crm.url)
    delivery = make_delivery(row)

    send(now=NOW)

    [(headers, body)] = crm.came
    assert told["received"](row.secret, headers, body) == delivery.payload
    assert told["received"](row.secret, headers, body.replace(b"0", b"1")) is None


def test_the_docs_name_every_event():
    hubs = ("ticket.", "problem.")
    ours = {event for event in EventType.values if not event.startswith(hubs)}

    assert {event for event in ours if f"`{event}`" not in SECTION} == {"ping"}
    assert ours - {*get_args(EventName)} == {"ping"}  # and each can be asked for
