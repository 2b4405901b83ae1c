"""How schemathesis asks the API: everything that its document says, and its opposite."""

from pathlib import Path
from typing import Final

import requests

PATIENCE: Final = 300  # seconds for the API to describe itself, on a busy machine

# Not checked, and why:
NOT_CHECKED: Final = (
    # Codes have to exist, and one field may need another: no schema says that of a database.
    "positive_data_acceptance",
    # Left out of a request that is refused for another reason too, a token is not missed; that
    # every address asks for one is tried by tests/test_access.py.
    "ignored_auth",
)


def described(url: str, folder: Path) -> Path:
    """
    Write the description that the API at `url` gives of itself into a folder; return its path.

    A busy machine takes longer for it than schemathesis waits for anything.
    """
    accept = {"Accept": "application/json"}
    answer = requests.get(f"{url}/api/v1/schema/", headers=accept, timeout=PATIENCE)
    answer.raise_for_status()
    path = folder / "schema.json"
    path.write_bytes(answer.content)
    return path


def arguments(schema: Path, url: str, token: str, seconds: int) -> list[str]:
    """
    Return the arguments of `schemathesis run` against the API at `url`, for at most `seconds`.

    schema  where `described` has written it
    token   an Authorization header's value
    """
    return [
        "run",
        str(schema),
        f"--url={url}",
        f"--header=Authorization: {token}",
        f"--max-time={seconds}",
        "--checks=all",
        f"--exclude-checks={','.join(NOT_CHECKED)}",
        "--workers=1",
        "--no-color",
        "--warnings=off",
        "--continue-on-failure",
    ]
