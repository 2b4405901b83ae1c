"""
What may be uploaded: size, kind by name and by first bytes, and zip archives unpacked safely.

Nothing of an upload is believed: an archive's names are never used as paths, its sizes are
counted while it is unpacked, and GDAL gets to see only what begins as it should.
"""

import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from django.core.files import File
from django.utils.translation import gettext as _

from complaints.handed_in.files import UnusableFileError

MB: Final = 1024 * 1024
MOST_BYTES: Final = 50 * MB  # of a file as it comes
MOST_UNPACKED: Final = 400 * MB  # of an archive's contents
MOST_MEMBERS: Final = 100  # files in an archive
_CHUNK: Final = 1 * MB
_LOOKED_AT: Final = 4096  # bytes at the beginning

CSV, GEOJSON, GEOPACKAGE, SHAPEFILE = ".csv", ".geojson", ".gpkg", ".zip"
SUFFIXES: Final = {
    ".csv": CSV,
    ".txt": CSV,
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".gpkg": GEOPACKAGE,
    ".zip": SHAPEFILE,
}
PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")  # of a shapefile, as far as they count
_NEEDED: Final = (".shp", ".shx", ".dbf")
_SHP: Final = b"\x00\x00\x27\x0a"
_SQLITE: Final = b"SQLite format 3\x00"
_ZIP: Final = b"PK\x03\x04"


def format_of(name: str) -> str:
    """
    Return the format that a file's name speaks of.

    :raises UnusableFileError: it is none of ours
    """
    found = SUFFIXES.get(Path(name).suffix.lower())
    if found is None:
        raise UnusableFileError(
            _("Files are taken as .csv, .geojson, .gpkg, or a zipped shapefile (.zip).")
        )
    return found


def check(sent: File[bytes]) -> None:
    """
    Look at a file before it is stored: its size, and whether it begins as its name promises.

    :raises UnusableFileError: it cannot be taken
    """
    form = format_of(sent.name or "")
    if not sent.size:
        raise UnusableFileError(_("The file is empty."))
    if sent.size > MOST_BYTES:
        raise UnusableFileError(_("The file is larger than %(n)d MB.") % {"n": MOST_BYTES // MB})
    sent.seek(0)
    begins = sent.read(_LOOKED_AT)
    as_promised = {
        CSV: b"\x00" not in begins,
        GEOJSON: begins.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{",
        GEOPACKAGE: begins.startswith(_SQLITE),
        SHAPEFILE: begins.startswith(_ZIP),
    }
    if not as_promised[form]:
        raise UnusableFileError(
            _("The file is not what its name says: %(suffix)s.") % {"suffix": form}
        )
    if form == SHAPEFILE:
        _members(_opened(sent))


def unpack(packed: Path) -> Path:
    """
    Unpack a zipped shapefile beside itself, and return the path of its .shp.

    :raises UnusableFileError: damaged, too large, or not one shapefile
    """
    folder, left = packed.parent, MOST_UNPACKED
    archive = _opened(packed)
    for suffix, member in _members(archive).items():
        try:
            with archive.open(member) as inside, (folder / f"data{suffix}").open("wb") as plain:
                left = _copied(inside, plain, left)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise UnusableFileError(_("The archive is damaged or locked.")) from None
    shape = folder / "data.shp"
    with shape.open("rb") as file:
        if file.read(4) != _SHP:
            raise UnusableFileError(_("The .shp in the archive is no shapefile."))
    _tell_encoding(folder)
    return shape


def _copied(inside: IO[bytes], plain: IO[bytes], left: int) -> int:
    """Copy a member while it fits into what is left, and return what is left after it."""
    while chunk := inside.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise UnusableFileError(
                _("The archive unpacks to more than %(n)d MB.") % {"n": MOST_UNPACKED // MB}
            )
        plain.write(chunk)
    return left


def _opened(packed: Path | File[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(packed)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UnusableFileError(_("The archive is damaged or locked.")) from None


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """
    Return the members of the one shapefile in an archive, by suffix.

    :raises UnusableFileError: there is none, or more than one, or what it says is too large
    """
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise UnusableFileError(
            _("The archive unpacks to more than %(n)d MB.") % {"n": MOST_UNPACKED // MB}
        )
    found: dict[str, list[zipfile.ZipInfo]] = {}
    for info in infos:
        if "__MACOSX" not in info.filename:
            found.setdefault(Path(info.filename).suffix.lower(), []).append(info)
    if any(len(found.get(suffix, [])) != 1 for suffix in _NEEDED):
        raise UnusableFileError(
            _("The archive must hold one shapefile: .shp, .shx, .dbf and, best, .prj.")
        )
    return {suffix: found[suffix][0] for suffix in PARTS if suffix in found}


def _tell_encoding(folder: Path) -> None:
    """Where a shapefile does not say how its texts are written, look: UTF-8, else Windows-1251."""
    if (folder / "data.cpg").exists():
        return
    try:
        # From the first record on; the header holds numbers.
        table = (folder / "data.dbf").read_bytes()
        table[int.from_bytes(table[8:10], "little") :].decode()
        name = "UTF-8"
    except UnicodeDecodeError:
        name = "CP1251"
    (folder / "data.cpg").write_text(name)
