"""Pictures drawn anew: nothing of the file that was sent is left but what is seen."""

import struct
from contextlib import nullcontext
from io import BytesIO
from typing import Any, Final

from PIL import ExifTags, Image, UnidentifiedImageError

from complaints.turns import Turns

MOST_PIXELS: Final = 50_000_000  # of a telephone's best camera; drawn anew in some 200 MB
# In a web process large ones take turns: each of its threads may hold one, and memory is of all.
LARGE_PIXELS: Final = 12_000_000
# A JPEG may be drawn over and over, in 25 bytes each time: 10 MB of them are a core for ten minutes
# (LJT-01-003 of libjpeg-turbo, which leaves the limit to its callers). Cameras and programs draw it
# a dozen times at most.
MOST_SCANS: Final = 100
_SCAN: Final = b"\xff\xda"  # is found nowhere else: within a scan a zero follows 0xff
_TURNS: Final = Turns()
_FORMATS: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}
_BROKEN: Final = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, struct.error),
    Image.DecompressionBombError,
)
_ORIENTED: Final[dict[Any, Image.Transpose]] = {  # by what EXIF says of a camera held otherwise
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def redrawn(content: bytes, media_type: str) -> bytes | None:
    """
    Return a picture as a file of its own; None: it is none, broken, or more than MOST_… allow.

    Where and when it was taken, and with what, goes (EXIF, XMP, comments), and so does what hid
    behind the picture. It is turned as its EXIF says; of a moving one the first frame stays.

    :raises NoTurnError: it is large, and its turn did not come
    """
    format_ = _FORMATS[media_type]
    if format_ == "JPEG" and content.count(_SCAN) > MOST_SCANS:
        return None
    try:
        with Image.open(BytesIO(content), formats=[format_]) as sent:
            pixels = sent.width * sent.height
            if pixels > MOST_PIXELS:
                return None
            with _TURNS.taken() if pixels > LARGE_PIXELS else nullcontext():
                return _drawn(sent, format_)
    except _BROKEN:
        return None


def _drawn(sent: Image.Image, format_: str) -> bytes:
    shows_through = format_ != "JPEG" and sent.has_transparency_data
    turn = _ORIENTED.get(_orientation(sent))
    turned = sent.transpose(turn) if turn is not None else sent
    picture = turned.convert("RGBA" if shows_through else "RGB")
    picture.info.clear()
    drawn = BytesIO()
    picture.save(drawn, format_, **({"quality": 90} if format_ in ("JPEG", "WEBP") else {}))
    return drawn.getvalue()


def _orientation(picture: Image.Image) -> Any:
    """Return what EXIF says of it; a picture whose EXIF is broken is a picture all the same."""
    try:
        return picture.getexif().get(ExifTags.Base.Orientation)
    except _BROKEN:
        return None


def is_picture(media_type: str) -> bool:
    return media_type in _FORMATS
