"""
GeoPackages, looked through before GDAL opens them.

They are databases, and whoever reads one runs the SQL in it: with SpatiaLite a table may be any
file of this machine, such as the one with our keys; a view may have no end.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from complaints.handed_in.files import UnusableFileError

# As SQLite keeps them, whatever was typed. What finds shapes is the one virtual table there may be;
# triggers are for whoever writes.
_TABLES: Final = re.compile(
    r"CREATE (?:TABLE|INDEX|UNIQUE INDEX|TRIGGER) "
    r'|CREATE VIRTUAL TABLE (?:"rtree_[^"]*"|rtree_\w+) USING rtree *\(',
)
_NAMES: Final = "SELECT CAST(sql AS TEXT) FROM sqlite_master WHERE sql IS NOT NULL"
# Columns that are reckoned as they are read: a gigabyte each, if they like.
_RECKONED: Final = """
    SELECT 1 FROM pragma_table_list AS one, pragma_table_xinfo(one.name) AS said
    WHERE said.hidden > 1
"""


def check(path: Path) -> None:
    """:raises UnusableFileError: it is damaged, or holds more than tables with values"""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.text_factory = bytes
            made = (sql.decode("utf-8", "replace") for (sql,) in base.execute(_NAMES))
            if not all(map(_TABLES.match, made)) or base.execute(_RECKONED).fetchone():
                raise UnusableFileError(_("The GeoPackage may hold tables alone, no views."))
    except sqlite3.Error:
        raise UnusableFileError(_("The file is damaged: it cannot be read.")) from None
