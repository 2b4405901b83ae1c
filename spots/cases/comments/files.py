"""Which files may be attached: told by their content, and by a name that says the same."""

from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 5

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", {".png"}),
    (b"\xff\xd8\xff", "image/jpeg", {".jpg", ".jpeg"}),
    (b"GIF8", "image/gif", {".gif"}),
    (b"%PDF-", "application/pdf", {".pdf"}),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_IN_ZIP = (
    ("word/", f"{_OFFICE}wordprocessingml.document", {".docx"}),
    ("xl/", f"{_OFFICE}spreadsheetml.sheet", {".xlsx"}),
)
_TEXT = {".txt", ".csv", ".log"}
NAMES = sorted(
    {*_TEXT, *(name for *_, names in (*_BEGINNINGS, *_IN_ZIP) for name in names), ".webp"}
)


def media_type_of(name: str, content: bytes) -> str | None:
    """Return what a file is, or None: it is none of these, or its name says something else."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _TEXT:
        return "text/plain" if _is_text(content) else None
    if suffix == ".webp":
        return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None
    for beginning, media_type, names in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type if suffix in names else None
    return _office(suffix, content)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return b"\0" not in content and _is_cyrillic(content)


def _is_cyrillic(content: bytes) -> bool:
    """Whether it reads as Windows-1251, which Russian tools still write."""
    try:
        content.decode("cp1251")
    except UnicodeDecodeError:
        return False
    return True


def _office(suffix: str, content: bytes) -> str | None:
    """A document of an office suite: a zip with a folder of its kind; nothing is unpacked."""
    wanted = next((known for known in _IN_ZIP if suffix in known[2]), None)
    if wanted is None:
        return None
    folder, media_type, _ = wanted
    try:
        with ZipFile(BytesIO(content)) as archive:
            inside = archive.namelist()
    except BadZipFile:
        return None
    is_of_kind = "[Content_Types].xml" in inside and any(n.startswith(folder) for n in inside)
    return media_type if is_of_kind else None
