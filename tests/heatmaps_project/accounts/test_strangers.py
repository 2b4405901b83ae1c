"""What somebody who is not signed in may send."""

import json
import subprocess
import sys
from math import cos, sin, tau
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Complaint, Region
from tests.factories import make_brand, make_topic

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
ADDRESSES = ["/complain/volna/", "/own/volna/", "/r/nothing/", "/admin/login/", "/oauth/token/"]
# Reads a form as Django does, and says how many MB that took.
READS = """
import resource, urllib.parse
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
urllib.parse.parse_qsl("text=" + "%41" * ({size} // 3))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/v1/complaints/", "/map/search/"])
def test_a_form_that_is_larger_than_ours_is_refused_before_it_is_read(client, settings, address):
    said = {"CONTENT_LENGTH": str(settings.STRANGERS_FORM_BYTES + 1)}
    client.cookies["csrftoken"] = "a" * 32  # Django would read the form for it

    answer = client.generic("POST", address, "text=", FORM, **said)

    assert answer.status_code == 413


@pytest.mark.parametrize("address", ADDRESSES)
def test_files_of_strangers_fill_no_disk(client, settings, address):
    file = SimpleUploadedFile("a.bin", b"\0" * settings.STRANGERS_FORM_BYTES)

    assert client.post(address, {"file": file}).status_code == 413


def test_whoever_is_signed_in_may_send_more(signed_in, settings):
    person = signed_in("administrator")

    answer = person.post("/map/search/", {"typed": "a" * settings.STRANGERS_FORM_BYTES})

    assert answer.status_code == 400  # read, and found to be no search


def test_nobody_sends_a_form_of_letters_that_fills_the_memory(signed_in, settings):
    said = {"CONTENT_LENGTH": str(settings.FORM_BYTES + 1)}
    person = signed_in("administrator")

    for address in ("/map/search/", "/admin/complaints/region/add/", "/language/"):
        assert person.generic("POST", address, "a=", FORM, **said).status_code == 413


def test_an_outline_of_very_many_corners_is_sent_in_parts(signed_in, settings):
    person = signed_in("administrator")
    add = "/admin/complaints/region/add/"
    assert 'enctype="multipart/form-data"' in person.get(add).content.decode()
    around = [(40 + cos(n * tau / 60_000), 55 + sin(n * tau / 60_000)) for n in range(60_000)]
    shape = {"type": "Polygon", "coordinates": [[*around, around[0]]]}
    said = {"code": "round", "name_ru": "Круг", "name_en": "Round", "time_zone": "Europe/Moscow"}
    outline = json.dumps(shape)

    sent = person.post(add, {**said, "outline": outline})

    assert len(outline) > settings.FORM_BYTES
    assert sent.status_code == 302
    assert Region.objects.get(code="round").outline.num_coords == 60_001


def test_the_longest_complaint_is_no_large_form(client, settings):
    make_brand("volna")
    make_topic()
    shown = client.get("/complain/volna/").context
    said = {
        "number": shown["key"],
        "topic": shown["topics"][0].code,
        "address": "Ж" * 300,
        "phone": "+7 926 123-45-12",
        "text": "\N{SMILING FACE WITH OPEN MOUTH}" * 3000,
    }

    answer = client.post("/complain/volna/", urlencode(said), content_type=FORM)

    assert answer.status_code == 200
    assert Complaint.objects.get().text == said["text"]


def test_what_strangers_may_send_takes_little_to_read(settings):
    script = READS.format(size=settings.STRANGERS_FORM_BYTES)

    took = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert int(took.stdout) < 20


def test_nor_does_what_members_of_staff_may_send(settings):
    script = READS.format(size=settings.FORM_BYTES)

    took = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert int(took.stdout) < 120
