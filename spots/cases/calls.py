"""The moves that people and field systems make by name: admin, queue and API call these alike."""

from collections.abc import Callable
from typing import Final

from spots.cases import transitions
from spots.cases.models import Case

CALLS: Final[dict[str, Callable[..., Case]]] = {
    "accept": transitions.accept,
    "diagnose": transitions.diagnose,
    "plan": transitions.plan,
    "wait": transitions.wait,
    "resume": transitions.resume,
    "fix": transitions.fix,
    "route": transitions.route,
    "reopen": transitions.reopen,
    "dismiss": transitions.dismiss,
}
