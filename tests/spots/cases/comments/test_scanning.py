"""Attached files before a scanner: a program, which finds what every scanner is tried by."""

import sys

import pytest

from spots.cases.comments import scanning
from spots.cases.comments.models import Attachment
from spots.cases.comments.transitions import File, comment
from spots.cases.models import Event
from spots.cases.transitions import IllegalMoveError
from tests.factories import NOW, make_spot, make_user

pytestmark = pytest.mark.django_db

# of the European Institute for Computer Antivirus Research: harmless, and found by all
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCANNER = [sys.executable, "-c", "import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())"]


def attach(content: bytes) -> Event:
    file = File("note.txt", content)
    user = make_user("dispatcher")
    return comment(case_id=make_spot().pk, text="As said.", files=[file], by=user, now=NOW)


def test_what_the_scanner_lets_by_is_taken_and_what_it_finds_is_not(settings):
    settings.UPLOAD_SCANNER = SCANNER

    attach(b"A mast stands there.")
    with pytest.raises(IllegalMoveError, match=r"note\.txt"):
        attach(EICAR)

    assert [bytes(file.content) for file in Attachment.objects.all()] == [b"A mast stands there."]


@pytest.mark.parametrize(
    "scanner",
    [
        ["/nowhere/scanner"],
        [sys.executable, "-c", "raise SystemExit(2)"],
        [sys.executable, "-c", "import time; time.sleep(60)"],
    ],
)
def test_without_an_answer_nothing_is_taken(settings, monkeypatch, scanner):
    settings.UPLOAD_SCANNER = scanner
    monkeypatch.setattr(scanning, "PATIENCE_S", 1.0)

    with pytest.raises(IllegalMoveError):
        attach(b"A mast stands there.")

    assert not Attachment.objects.exists()
