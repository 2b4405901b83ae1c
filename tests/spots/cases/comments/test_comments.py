"""Comments on cases: who is called, which files are taken, and what a page shows of them."""

import struct
from datetime import timedelta
from io import BytesIO
from resource import RUSAGE_SELF, getrusage
from zipfile import ZipFile
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from heatmaps_project.accounts.roles import Role
from spots.cases.comments import pictures
from spots.cases.comments.files import MOST_BYTES, media_type_of
from spots.cases.comments.mentions import called_in
from spots.cases.comments.models import Attachment, Mention
from spots.cases.comments.pictures import redrawn
from spots.cases.comments.transitions import File, comment, see
from spots.cases.events import EventKind
from spots.cases.models import Event
from spots.cases.transitions import IllegalMoveError
from tests.factories import NOW, make_spot, make_user

ADMIN = reverse("admin:index").rstrip("/")
WHERE = "59.9386 N, by Anna's telephone"


def picture(kind: str, *, size: tuple[int, int] = (4, 2), turned: int = 1) -> bytes:
    """As a telephone makes it: with where it was taken, by what, and how it was held."""
    drawn, exif = BytesIO(), Image.Exif()
    exif[Base.Orientation], exif[Base.Artist] = turned, WHERE
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (59.0, 56.0, 19.0)
    Image.new("RGB", size, "red").save(drawn, kind, exif=exif)
    return drawn.getvalue()


PNG = picture("PNG")


def office(folder: str) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<w/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@anna, look", ["anna"]),
        ("look, @anna.k. And @oleg-2!", ["anna.k", "oleg-2"]),
        ("@anna @oleg @anna", ["anna", "oleg"]),
        ("mail to anna@operator.example", []),
        ("@анна посмотри", ["анна"]),
        ("@ nobody, @@double", []),
    ],
)
def test_an_at_before_a_name_calls_and_a_mail_address_does_not(text, names):
    assert called_in(text) == names


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("mast.PNG", PNG, "image/png"),
        ("mast.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("mast.jpg", PNG, None),
        ("mast.exe", PNG, None),
        ("mast", PNG, None),
        ("mast.webp", b"RIFF1234WEBPVP8", "image/webp"),
        ("drive.csv", "a;б\n".encode("cp1251"), "text/plain"),
        ("drive.csv", b"a\0b", None),
        ("page.html", b"<script>", None),
        ("picture.svg", b"<svg/>", None),
        ("act.pdf", b"%PDF-1.7", "application/pdf"),
        ("act.docx", office("word"), "application/vnd.openxmlformats-officedocument"),
        ("act.xlsx", office("word"), None),
        ("act.docx", b"PK\x03\x04 broken", None),
    ],
)
def test_a_file_is_taken_for_what_it_is_if_its_name_says_so(name, content, media_type):
    found = media_type_of(name, content)

    assert found == media_type or (media_type and found and found.startswith(media_type))


def said(text: str = "", *files: File, by=None) -> Event:
    spot = make_spot()
    author = by or make_user(Role.ENGINEER)
    return comment(case_id=spot.pk, text=text, files=files, by=author, now=NOW)


def test_a_comment_is_an_event_with_its_files(db):
    event = said(" The mast leans. ", File("mast.png", PNG))

    assert (event.kind, event.note, event.became) == (EventKind.COMMENTED, "The mast leans.", "")
    assert Image.open(BytesIO(bytes(event.attachments.get().content))).size == (4, 2)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_says_no_more_where_and_by_whom_it_was_taken(db, kind):
    taken = picture(kind, turned=6)
    hidden = b"<script>alert(1)</script>"
    assert Image.open(BytesIO(taken)).getexif().get_ifd(IFD.GPSInfo)  # else nothing is tried

    event = said("", File(f"mast.{kind.lower()}", taken + hidden))

    file = event.attachments.get()
    kept = bytes(file.content)
    shown = Image.open(BytesIO(kept))
    assert (shown.format, shown.size, file.size) == (kind, (2, 4), len(kept))  # turned upright
    assert not shown.getexif()
    assert WHERE.encode() not in kept and b"<script>" not in kept and b"GPS" not in kept


def test_what_would_fill_the_memory_and_what_is_broken_is_no_picture():
    bomb = bytearray(PNG)
    bomb[16:24] = (50_000).to_bytes(4, "big") * 2  # as its header has it: 50,000 by 50,000
    bomb[29:33] = crc32(bytes(bomb[12:29])).to_bytes(4, "big")

    began = getrusage(RUSAGE_SELF).ru_maxrss
    assert redrawn(bytes(bomb), "image/png") is None
    assert getrusage(RUSAGE_SELF).ru_maxrss - began < 50_000  # kB
    assert redrawn(PNG, "image/gif") is None


def test_a_picture_that_is_drawn_over_and_over_is_none():
    """25 KB of it took two seconds, 10 MB would take a quarter of an hour."""
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "JPEG", progressive=True)
    sent = drawn.getvalue()
    begins = sent.rindex(b"\xff\xda")
    scan = sent[begins:-2]  # the last one, without the end of the picture

    def scans(count: int) -> bytes:
        return sent[:begins] + scan * (count - sent[:begins].count(b"\xff\xda")) + sent[-2:]

    assert redrawn(sent, "image/jpeg") and 2 < sent.count(b"\xff\xda") < 20
    assert redrawn(scans(pictures.MOST_SCANS), "image/jpeg") is not None
    assert redrawn(scans(pictures.MOST_SCANS + 1), "image/jpeg") is None


def test_a_picture_whose_exif_is_broken_is_a_picture_all_the_same():
    """Turned to the right, and its resolution is words."""
    entries = struct.pack("<HHLHHHHL4s", 0x112, 3, 1, 6, 0, 0x11A, 2, 4, b"abc\0")
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 2) + entries + b"\0" * 4
    sent = BytesIO()
    Image.new("RGB", (20, 10), "red").save(sent, "JPEG", exif=exif)

    drawn = redrawn(sent.getvalue(), "image/jpeg")

    assert drawn is not None
    assert Image.open(BytesIO(drawn)).size == (10, 20)


def test_those_called_are_found_until_they_have_seen_it(db):
    spot = make_spot()
    author = make_user(Role.ENGINEER)
    anna = make_user(username="anna")

    comment(case_id=spot.pk, text="@anna, whose is it?", by=author, now=NOW)

    assert Mention.objects.get(seen_at=None).user == anna
    assert see(case_id=spot.pk, user_id=author.pk, now=NOW) == 0
    assert see(case_id=spot.pk, user_id=anna.pk, now=NOW) == 1
    assert see(case_id=spot.pk, user_id=anna.pk, now=NOW) == 0


@pytest.mark.parametrize("name", ["stranger", "gone", "nobody"])
def test_somebody_who_does_not_see_the_spot_cannot_be_called(db, name):
    spot = make_spot()
    make_user(username="stranger", everywhere=False)
    make_user(Role.ADMINISTRATOR, username="gone", is_active=False)

    with pytest.raises(IllegalMoveError, match=f"@{name}"):
        comment(case_id=spot.pk, text=f"@{name}?", by=make_user(), now=NOW)

    assert not Event.objects.filter(kind=EventKind.COMMENTED).exists()


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("  ", []),
        ("x" * 5001, []),
        ("", [File("empty.txt", b"")]),
        ("", [File("large.txt", b"x" * (MOST_BYTES + 1))]),
        ("", [File("run.exe", b"MZ")]),
        ("", [File("mast.png", b"\x89PNG\r\n\x1a\n and no picture")]),
        ("", [File("note.txt", b"x")] * 6),
    ],
)
def test_what_is_refused_leaves_nothing(db, text, files):
    with pytest.raises(IllegalMoveError):
        said(text, *files)

    assert not Event.objects.filter(kind=EventKind.COMMENTED).exists()
    assert not Attachment.objects.exists()


def test_a_comment_is_sent_from_the_page_and_read_there(client, db):
    spot = make_spot()
    user = make_user(Role.ENGINEER)
    client.force_login(user)
    sent = {"text": "The mast leans.", "attached": SimpleUploadedFile("mast.png", PNG)}

    client.post(f"/admin/spots/spot/{spot.pk}/comment/", sent)
    page = client.get(f"/admin/spots/spot/{spot.pk}/change/").content.decode()

    file = Attachment.objects.get()
    link = f"/admin/spots/spot/{spot.pk}/file/{file.pk}/"
    assert "The mast leans." in page and link in page
    shown = client.get(link)
    assert (shown.content, shown["Content-Type"]) == (bytes(file.content), "image/png")
    assert "sandbox" in shown["Content-Security-Policy"]


def test_a_file_of_another_spot_is_not_found_under_this_one(client, db):
    event = said("", File("mast.png", PNG), by=make_user())
    other = make_spot()
    client.force_login(make_user(is_superuser=True))

    link = f"/admin/spots/spot/{other.pk}/file/{event.attachments.get().pk}/"

    assert client.get(link).status_code == 404


def test_a_refused_comment_comes_back_with_its_text(client, db):
    spot = make_spot()
    user = make_user(Role.ENGINEER)
    client.force_login(user)

    answer = client.post(f"/admin/spots/spot/{spot.pk}/comment/", {"text": "@nemo, your turn"})

    assert answer.status_code == 400
    assert "@nemo, your turn" in answer.content.decode()


def test_one_who_only_looks_cannot_comment(client, db):
    with pytest.raises(IllegalMoveError):
        said("Hm.", by=make_user(Role.PLANNER))
    spot = make_spot()
    user = make_user(Role.PLANNER)
    client.force_login(user)

    answer = client.post(f"/admin/spots/spot/{spot.pk}/comment/", {"text": "Hm."})

    assert answer.status_code == 403
    page = client.get(f"/admin/spots/spot/{spot.pk}/change/").content.decode()
    assert 'id="comment"' not in page


def test_the_queue_says_how_many_spots_call_its_reader(client, db):
    spot = make_spot()
    anna = make_user(username="anna")
    for _ in range(2):
        comment(case_id=spot.pk, text="@anna!", by=make_user(), now=NOW)
    client.force_login(anna)

    page = client.get("/admin/spots/spot/").content.decode()
    assert '<b class="case-count">1</b>' in page
    assert (
        f"/admin/spots/spot/{spot.pk}/change/"
        in client.get("/admin/spots/spot/?mine=called&state=all").content.decode()
    )


def test_a_body_larger_than_any_form_is_refused_unread(client, db, settings):
    spot = make_spot()
    settings.UPLOAD_BYTES = 1000
    client.force_login(make_user(is_superuser=True))

    sent = {"attached": SimpleUploadedFile("note.txt", b"x" * 2000)}
    answer = client.post(f"/admin/spots/spot/{spot.pk}/comment/", sent)

    assert answer.status_code == 400
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_minutes_of_work_are_noted_with_a_comment(signed_in):
    spot, by = make_spot(), make_user("engineer", language="en")
    page = signed_in(by)
    address = f"/spots/spot/{spot.pk}/comment/"

    refused = page.post(ADMIN + address, {"text": "Kept", "minutes": "1441"})
    page.post(ADMIN + address, {"text": "", "minutes": "45"})

    event = Event.objects.get(kind=EventKind.COMMENTED)
    assert (event.by, event.note, event.facts) == (by, "", {"minutes": 45})
    assert refused.status_code == 400 and "Kept" in refused.content.decode()
    shown = page.get(f"{ADMIN}/spots/spot/{spot.pk}/change/").content.decode()
    assert "45 minutes of work" in shown
    for wrong in (-1, 1441):
        with pytest.raises(IllegalMoveError):
            comment(case_id=spot.pk, text="x", minutes=wrong, by=by, now=NOW)


@pytest.mark.django_db
def test_nobody_fills_the_database_with_files(monkeypatch):
    """Fifty megabytes come with one comment, and nothing counted the comments."""
    monkeypatch.setattr("spots.cases.comments.transitions.MOST_BYTES_A_DAY", 2 * 2**20)
    by, other, case = make_user("engineer"), make_user("engineer"), make_spot()
    large = File("log.txt", b"a" * 2**20)
    attach = {"case_id": case.pk, "text": "see", "files": [large]}
    for _twice in range(2):
        comment(**attach, by=by, now=NOW)

    with pytest.raises(IllegalMoveError, match="2"):
        comment(**attach, by=by, now=NOW + timedelta(hours=23))

    comment(case_id=case.pk, text="no file", by=by, now=NOW)
    comment(**attach, by=other, now=NOW)
    comment(**attach, by=by, now=NOW + timedelta(hours=25))
    assert Attachment.objects.count() == 4
