"""What a run writes of itself into docs/operate.md, between two marks."""

import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENT: Final = ROOT / "docs" / "operate.md"
END: Final = "<!-- until here -->\n"


def written(by: str) -> str:
    """Return what the last run of a command wrote there."""
    return _around(by)[1]


def write(by: str, text: str) -> None:
    """Write in its place what a run of a command says."""
    before, _former, after = _around(by)
    DOCUMENT.write_text(f"{before}{text}{after}", encoding="utf-8")


def made() -> str:
    """When, and by which code."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} {_commit()}"


def _around(by: str) -> tuple[str, str, str]:
    text, begin = DOCUMENT.read_text(encoding="utf-8"), f"<!-- written by {by} -->\n"
    before, _, rest = text.partition(begin)
    former, _, after = rest.partition(END)
    return f"{before}{begin}", former, f"{END}{after}"


@cache
def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()
