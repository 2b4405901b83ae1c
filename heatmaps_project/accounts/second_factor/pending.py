"""
Who has given their password, and is still to give a code: nobody is signed in meanwhile.

It stands in a session of nobody's: whatever is asked for in between is asked for by a stranger.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from complaints.customers.cipher import UnknownKeyError
from complaints.customers.personal import current_cipher
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.second_factor.codes import new_key

MINUTES: Final = timedelta(minutes=10)
_WAITS: Final = "second_factor"


class Step(StrEnum):
    """What is still to be done."""

    CODE = "code"
    SET_UP = "set up"


def begin(request: HttpRequest, user: User, step: Step, *, now: datetime) -> None:
    """Note who waits. A session that nobody is signed in with ends, whoever began it."""
    if not request.user.is_authenticated:
        request.session.flush()
    request.session[_WAITS] = {
        "user": user.pk,
        "step": step,
        "hash": user.get_session_auth_hash(),
        "until": (now + MINUTES).timestamp(),
    }


def waiting(request: HttpRequest, step: Step, *, now: datetime) -> User | None:
    """Return who waits for a step; None: nobody any more, or password or factor have changed."""
    said = request.session.get(_WAITS)
    if said is None or said["step"] != step or now.timestamp() > said["until"]:
        return None
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    same = user is not None and constant_time_compare(said["hash"], user.get_session_auth_hash())
    return user if same else None


def offered_key(request: HttpRequest) -> str:
    """Return the key that whoever waits is to take: of this session alone, and sealed in it."""
    waits = request.session[_WAITS]
    try:
        return current_cipher().decrypt(bytes.fromhex(waits["key"]))
    except (KeyError, UnknownKeyError):
        key = new_key()
        request.session[_WAITS] = {**waits, "key": current_cipher().encrypt(key).hex()}
        return key
