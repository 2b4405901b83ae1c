"""Pictures drawn anew: nothing of the file that was sent is left but what is seen."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS: Final = 50_000_000  # of a telephone's best camera; drawn anew in some 200 MB
_FORMATS: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}


def redrawn(content: bytes, media_type: str) -> bytes | None:
    """
    Return a picture as a file of its own; None: it is none, broken, or larger than MOST_PIXELS.

    Where and when it was taken, and with what, goes (EXIF, XMP, comments), and so does what hid
    behind the picture. It is turned as its EXIF says; of a moving one the first frame stays.
    """
    format_ = _FORMATS[media_type]
    try:
        with Image.open(BytesIO(content), formats=[format_]) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                return None
            shows_through = format_ != "JPEG" and sent.has_transparency_data
            picture = ImageOps.exif_transpose(sent).convert("RGBA" if shows_through else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    picture.info.clear()
    drawn = BytesIO()
    picture.save(drawn, format_, **({"quality": 90} if format_ in ("JPEG", "WEBP") else {}))
    return drawn.getvalue()


def is_picture(media_type: str) -> bool:
    return media_type in _FORMATS
