"""What docs/integrate.md tells a CRM's developer to type does what it says."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile as Upload

from complaints.geocoding import imports
from complaints.geocoding.imports import AddressRow
from complaints.models import Complaint, ComplaintEvent
from heatmaps_project.models import Subscription
from spots.models import Membership, NetworkEvent
from tests.factories import (
    make_api_client,
    make_brand,
    make_cause,
    make_region,
    make_spot,
    make_topic,
)
from tests.spots.network.uploads import applied, reasons

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "integrate.md").read_text()
MINUTES = "In fifteen minutes"


def told(section: str, kind: str) -> list[str]:
    """The snippets of a kind in a section."""
    words = TEXT.partition(f"## {section}\n")[2].partition("\n## ")[0]
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", words, re.DOTALL | re.MULTILINE)
    return [text for named, text in fenced if named == kind]


def typed(live_server, *snippets: str) -> str:
    """What snippets of the shell print, one after another."""
    cache.clear()
    client = make_api_client("crm")
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(snippets)],
        env={
            **os.environ,
            "HEATMAPS": live_server.url,
            "BRAND": "demo",
            "CLIENT_ID": client.client_id,
            "CLIENT_SECRET": "crm-secret",
            "HOOK": "https://127.0.0.1/hook",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr + run.stdout
    return run.stdout


@pytest.fixture(name="world")
def _world():
    make_brand(), make_region(), make_topic()


@pytest.mark.django_db(transaction=True)
def test_the_first_fifteen_minutes_run_as_they_stand(live_server, world):
    snippets = told(MINUTES, "sh")
    said = typed(live_server, *snippets)

    assert len(snippets) == 7
    complaint = Complaint.objects.get()
    assert complaint.external_id == "SR-1"
    assert complaint.text == "Нет связи дома и на улице"
    assert ComplaintEvent.objects.get().event_id == "E-1"
    for word in ('"exists"', '"invalid"', "FeatureCollection", "acknowledged"):
        assert word in said, word


@pytest.mark.django_db(transaction=True)
def test_a_caller_is_put_into_a_spot_an_outage_told_and_a_webhook_made(
    live_server, world, settings
):
    settings.WEBHOOK_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    spot = make_spot()
    sections = (
        "Ask what is known at a place",
        "Tell of outages and works",
        "Be told of events",
    )
    said = typed(
        live_server,
        *told(MINUTES, "sh")[:2],
        *(one for name in sections for one in told(name, "sh")),
    )

    member = Membership.objects.get()
    assert (member.case_id, member.complaint.external_id) == (spot.pk, "SR-3")
    event = NetworkEvent.objects.get()
    assert (event.external_id, event.ends_at.year) == ("INC-18", 2099)
    assert Subscription.objects.get().events == ["spot.fixed"]
    assert '"secret"' in said


@pytest.mark.django_db
def test_files_of_the_network_written_as_the_examples_are_taken_whole(world):
    make_cause("power")
    imports.load([AddressRow("Шуя", "улица Полевая", "5", 40.9712, 57.0003)])
    sites, events, subscribers, surveys, counters = told("Import the network", "")
    [coverage] = told("Import the network", "json")
    files = (
        (sites, "sites", ".csv"),
        (coverage, "coverage", ".geojson"),
        (events, "events", ".csv"),
        (subscribers, "subscribers", ".csv"),
        (surveys, "surveys", ".csv"),
        (counters, "counters", ".csv"),
    )
    for text, kind, suffix in files:
        row = applied(Upload(f"network{suffix}", text.encode()), kind)

        assert (row.state, reasons(row)) == ("applied", []), kind
