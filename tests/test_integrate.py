"""What docs/integrate.md tells a CRM's developer to type does what it says."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.core.cache import cache

from complaints.models import Complaint, ComplaintEvent
from tests.factories import make_api_client, make_brand, make_region, make_topic

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "integrate.md"


@pytest.mark.django_db(transaction=True)
def test_the_first_fifteen_minutes_run_as_they_stand(live_server):
    cache.clear()
    make_brand(), make_region(), make_topic()
    client = make_api_client("crm")
    told = DOCUMENT.read_text().partition("## In fifteen minutes")[2].partition("\n## ")[0]
    snippets = re.findall(r"```sh\n(.*?)```", told, re.DOTALL)

    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(snippets)],
        env={
            **os.environ,
            "HEATMAPS": live_server.url,
            "BRAND": "demo",
            "CLIENT_ID": client.client_id,
            "CLIENT_SECRET": "crm-secret",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, run.stderr + run.stdout
    assert len(snippets) == 7
    complaint = Complaint.objects.get()
    assert complaint.external_id == "SR-1"
    assert complaint.text == "Нет связи дома и на улице"
    assert ComplaintEvent.objects.get().event_id == "E-1"
    for word in ('"exists"', '"invalid"', "FeatureCollection", "acknowledged"):
        assert word in run.stdout, word
