"""How schemathesis asks the API: everything that its document says, and its opposite."""

from typing import Final

# Not checked, and why:
NOT_CHECKED: Final = (
    # Codes have to exist, and one field may need another: no schema says that of a database.
    "positive_data_acceptance",
    # Left out of a request that is refused for another reason too, a token is not missed; that
    # every address asks for one is tried by tests/test_access.py.
    "ignored_auth",
)


def arguments(url: str, token: str, seconds: int) -> list[str]:
    """
    Return the arguments of `schemathesis run` against the API at `url`, for at most `seconds`.

    token  an Authorization header's value
    """
    return [
        "run",
        f"{url}/api/v1/schema/",
        f"--header=Authorization: {token}",
        f"--max-time={seconds}",
        "--checks=all",
        f"--exclude-checks={','.join(NOT_CHECKED)}",
        "--workers=1",
        "--no-color",
        "--warnings=off",
        "--continue-on-failure",
    ]
