"""Large pictures are drawn one after another."""

from io import BytesIO

import pytest
from PIL import Image

from complaints import turns
from spots.cases.comments import pictures
from spots.cases.comments.models import Attachment
from spots.cases.comments.transitions import File, comment
from spots.cases.transitions import IllegalMoveError
from tests.factories import NOW, make_spot, make_user

pytestmark = pytest.mark.django_db


def picture(*size: int) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", size, "red").save(drawn, "JPEG")
    return drawn.getvalue()


def test_a_large_picture_waits_for_its_turn_and_a_small_one_does_not(monkeypatch):
    """Fifty megapixels take some hundred megabytes, in each thread of a web server at once."""
    monkeypatch.setattr(pictures, "LARGE_PIXELS", 100)
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    case, by = make_spot(), make_user("engineer")
    sent = {"case_id": case.pk, "text": "see", "by": by, "now": NOW}

    with pictures._TURNS.taken():
        comment(**sent, files=[File("small.jpg", picture(10, 10))])
        with pytest.raises(IllegalMoveError, match="Попробуйте"):
            comment(**sent, files=[File("large.jpg", picture(11, 10))])
    assert Attachment.objects.count() == 1

    comment(**sent, files=[File("large.jpg", picture(11, 10))])
    assert Attachment.objects.count() == 2


def test_a_broken_large_picture_keeps_nobody_waiting(monkeypatch):
    monkeypatch.setattr(pictures, "LARGE_PIXELS", 100)
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    whole = picture(100, 100)

    assert pictures.redrawn(whole[: len(whole) // 2], "image/jpeg") is None
    assert pictures.redrawn(whole, "image/jpeg") is not None
