"""A CRM that cannot push is asked: page after page from where the last answer ended."""

import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from complaints.bodies import has_more_values, read_json
from complaints.outgoing.calling import fetch
from heatmaps_project.channels import transitions
from heatmaps_project.channels.mapped import NoItemsError, at_path, items_of, storable, values_of
from heatmaps_project.channels.models import Inlet

PAGES: Final = 20  # of one run
ANSWER_BYTES: Final = 16 * 1024 * 1024
AT_ONCE: Final = 5000  # complaints of one answer
_MOST_VALUES: Final = 200 * AT_ONCE  # a CRM tells more of each than we ask for
_OF_LAST: Final = "item."
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")


class PullError(Exception):
    """The other side did not answer as it should; says how."""


def run(inlet: Inlet, *, now: datetime) -> None:
    """
    Take what is new, until an answer brings nothing or the cursor stands still.

    :raises PullError: it could not be asked, or its answer not be understood
    """
    for _page in range(PAGES):
        told = _asked(inlet)
        try:
            items = items_of(inlet, told)
        except NoItemsError:
            raise PullError("There are no complaints where they should be.") from None
        if len(items) > AT_ONCE:
            raise PullError(f"More than {AT_ONCE} complaints at once.")
        before, cursor = inlet.cursor, _next(inlet, told, items)
        values = [values_of(inlet, item) for item in items]
        if not transitions.take(inlet, values, cursor=cursor, now=now):
            return
        if not items or cursor == before:
            return


def _asked(inlet: Inlet) -> Any:
    url = inlet.url
    if inlet.cursor and inlet.cursor_parameter:
        joint = "&" if "?" in url else "?"
        url += joint + urlencode({inlet.cursor_parameter: inlet.cursor})
    answer = fetch(url, _headers(inlet), most=ANSWER_BYTES)
    if not answer.is_taken:
        raise PullError(answer.error or f"It answers {answer.status}.")
    if has_more_values(answer.body, _MOST_VALUES):
        raise PullError("It says too much.")
    try:
        return read_json(answer.body)
    except ValueError:
        raise PullError("The answer is no JSON.") from None


def _headers(inlet: Inlet) -> dict[str, str]:
    headers = {"Accept": "application/json", "User-Agent": "Heatmaps"}
    name = inlet.login or "Authorization"
    if inlet.secret and _NAME.fullmatch(name) and inlet.secret.isprintable():
        headers[name] = inlet.secret
    return headers


def _next(inlet: Inlet, told: Any, items: list[Any]) -> str:
    """Return the cursor after an answer; where it tells none, the last stays."""
    path = inlet.cursor_path
    if path.startswith(_OF_LAST):
        found = at_path(items[-1], path.removeprefix(_OF_LAST)) if items else None
    else:
        found = at_path(told, path) if path else None
    usable = isinstance(found, str | int | float) and not isinstance(found, bool)
    return storable(str(found))[:500] if usable and found != "" else inlet.cursor
