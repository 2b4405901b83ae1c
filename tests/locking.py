"""
What a statement of a migration holds a table for while it reads or writes each of its rows.

Such a statement is short on a small table, and stops the work of all for minutes on a large one.
The list is PostgreSQL's: https://www.postgresql.org/docs/15/sql-altertable.html, "Notes".
"""

import re
from collections.abc import Iterable

import sqlparse

NAME = r'(?:"?public"?\.)?"?(?P<table>\w+)"?'
CREATED = re.compile(rf"\s*CREATE TABLE (?:IF NOT EXISTS )?{NAME}", re.I)
# Each: what a statement looks like, and what to do in its place.
_OF_A_TABLE = (
    (
        rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?\S+ ON (?:ONLY )?{NAME}",
        "an index is built: AddIndexConcurrently, in a migration that is not atomic"
        " (of a foreign key: db_index=False before)",
    ),
    (rf"(?:REINDEX|CLUSTER|VACUUM FULL)\b.*?{NAME}", "a table is written anew"),
    (
        rf"ALTER TABLE (?:ONLY )?{NAME}.* ADD CONSTRAINT \S+ (?:UNIQUE|PRIMARY KEY|EXCLUDE)"
        r"(?!.* USING INDEX)",
        "an index is built: AddIndexConcurrently a unique one first, or another table",
    ),
    (
        rf"ALTER TABLE (?:ONLY )?{NAME} ADD CONSTRAINT \S+ (?:CHECK|FOREIGN KEY)(?!.* NOT VALID)",
        "all rows are checked: AddConstraintNotValid, and ValidateConstraint in the next migration",
    ),
    (
        rf"ALTER TABLE (?:ONLY )?{NAME}.* ALTER COLUMN \S+ (?:SET DATA )?TYPE\b",
        "all rows are written anew: a new column, filled in parts",
    ),
    (
        rf"ALTER TABLE (?:ONLY )?{NAME}.* ALTER COLUMN \S+ SET NOT NULL",
        "all rows are checked: a constraint that is not valid at first, and validated",
    ),
    (
        rf"ALTER TABLE (?:ONLY )?{NAME} ADD COLUMN .*(?:\bGENERATED\b|\b(?:BIG|SMALL)?SERIAL\b)",
        "all rows are written anew: a column without it, filled in parts",
    ),
    (
        rf"ALTER TABLE (?:ONLY )?{NAME} ADD COLUMN .* DEFAULT"
        r" \(?(?!now\(|statement_timestamp\(|transaction_timestamp\()\w+\(",
        "each row may get another value, all are written anew: a column without, filled in parts",
    ),
)
OF_A_TABLE = [(re.compile(rf"\s*{shape}", re.I | re.S), what) for shape, what in _OF_A_TABLE]
LOCKS = re.compile(
    rf"\s*(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX\b.*? ON) (?:IF EXISTS )?(?:ONLY )?{NAME}",
    re.I | re.S,
)
WRITES = re.compile(
    r"\s*(?:UPDATE|DELETE FROM|INSERT INTO .* SELECT)\b|.*CANNOT BE WRITTEN AS SQL", re.I | re.S
)
UNREADABLE = re.compile(r"\s*DO\b", re.I)


def faults_of(statements: Iterable[str], *, atomic: bool, small: set[str]) -> list[str]:
    """
    Return what of a migration takes long on a large table.

    atomic  whether all is one transaction, so that each lock lasts to the end
    small   tables that never become large
    """
    statements = [part for one in statements for part in sqlparse.split(_bare(one))]
    here = small | {match["table"] for match in (CREATED.match(one) for one in statements) if match}
    faults = [fault for one in statements for fault in _faults_of_one(one, here)]
    written = any(map(WRITES.match, statements))
    if atomic and written and any(_locks(one, here) for one in statements):
        faults.append("rows are written while a table is held: a migration of its own for each")
    return faults


def _faults_of_one(statement: str, here: set[str]) -> list[str]:
    if UNREADABLE.match(statement):
        return [f"what a DO block takes, nobody can tell: {statement}"]
    return [
        f"{match['table']}: {what}"
        for shape, what in OF_A_TABLE
        if (match := shape.match(statement)) and match["table"] not in here
    ]


def _locks(statement: str, here: set[str]) -> bool:
    match = LOCKS.match(statement)
    return bool(match) and match["table"] not in here


def _bare(statement: str) -> str:
    if "CANNOT BE WRITTEN AS SQL" in statement:
        return statement
    return re.sub(r"--[^\n]*", "", statement)
