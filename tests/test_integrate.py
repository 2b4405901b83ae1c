"""What docs/integrate.md tells a CRM's developer to type does what it says."""

import os
import re
import shlex
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile as Upload
from django.core.management import call_command

from complaints.customers.personal import blind_index
from complaints.geocoding import imports
from complaints.geocoding.imports import AddressRow
from complaints.models import Address, Complaint, ComplaintEvent
from feedback.models import Part
from heatmaps_project.models import Subscription
from spots.models import Membership, NetworkEvent
from tests.factories import (
    make_brand,
    make_cause,
    make_region,
    make_spot,
    make_topic,
)
from tests.feedback.test_receipts_over_http import make_gateway, make_sent, state_of
from tests.spots.network.uploads import applied, reasons

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "integrate.md").read_text()
MINUTES = "In fifteen minutes"


def told(section: str, kind: str) -> list[str]:
    """The snippets of a kind in a section."""
    words = TEXT.partition(f"## {section}\n")[2].partition("\n## ")[0]
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", words, re.DOTALL | re.MULTILINE)
    return [text for named, text in fenced if named == kind]


def commanded(snippet: str) -> str:
    """What the commands of a snippet print."""
    said = StringIO()
    for line in snippet.replace("\\\n", " ").splitlines():
        own, manage, *words = shlex.split(line)
        assert (own, manage) == ("./dev", "manage")
        call_command(*words, stdout=said, stderr=said)
    return said.getvalue()


def typed(live_server, *snippets: str) -> str:
    """What snippets of the shell print, one after another, to whom made a client as is told."""
    cache.clear()
    make, keep = told(MINUTES, "")
    printed = dict(line.split("=") for line in commanded(make).splitlines())
    named = [word.partition("=")[0] for word in shlex.split(keep)]
    assert named == [name.upper() for name in printed]
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(snippets)],
        env={
            **os.environ,
            "HEATMAPS": live_server.url,
            **dict(zip(named, printed.values(), strict=True)),
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
    """What the demo region has of it."""
    return make_brand("volna"), make_region("ivanovo", lon=40.97, lat=57.0), make_topic()


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
    brand, region, topic = world
    centre = Point(40.97, 57.0, srid=4326)
    spot = make_spot(brand=brand, region=region, topic=topic, centre=centre)
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


@pytest.mark.django_db(transaction=True)
def test_receipts_of_a_gateway_are_taken_as_they_are_told(live_server):
    _gateway, address = make_gateway()
    delivered, failed = make_sent("m-77"), make_sent("m-78")
    Part.objects.filter(message=delivered).update(address_index=blind_index("+79161234512"))
    [snippet] = told("Receipts of an HTTP gateway", "sh")

    run = subprocess.run(
        ["bash", "-euc", snippet],
        env={**os.environ, "RECEIPTS": f"{live_server.url}{address}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert '"taken"' in run.stdout
    assert [state_of(delivered), state_of(failed)] == ["delivered", "failed"]


@pytest.mark.django_db(transaction=True)
def test_files_of_complaints_and_addresses_come_in_by_the_command_line(
    world, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    section = "Import complaints and addresses"
    for name, text in zip(("houses", "complaints"), told(section, "csv"), strict=True):
        Path(f"{name}.csv").write_text(text)
    [commands] = told(section, "")

    said = commanded(commands)
    again = commanded(commands)

    assert "1 rows: 1 added, 0 changed, 0 known already, 0 refused" in said
    assert "2 rows: 2 created, 0 already there, 0 conflicts, 0 refused" in said
    assert "0 created, 2 already there" in again
    assert Address.objects.get().number == 5
    assert Complaint.objects.filter(region=world[1]).count() == 2


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
