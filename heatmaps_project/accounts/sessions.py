"""
Sessions in the database, as Django's own, read by a statement that is written once.

Every request of the staff reads one, the tiles of a map a dozen at once: to put the statement
together takes three times as long as to run it. Nothing is kept: a session that is deleted or
past its time is none at the next request.

Django keeps a session for as long again each time that something is written to it: an address that
writes would keep one for ever. So it is noted when somebody signed in, and middleware.py looks.

Of agents, before whom callers' data stand, it is noted when they last did something, too: went to a
page, sent a form, or touched keys or pointer, which idle.js tells. What pages ask for by themselves
keeps nobody signed in.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

_SINCE: Final = "signed_in_at"
_WALL: Final = "wall_since"  # of spots.maps.views.stay
_ACTED: Final = "acted_at"
_NOTED: Final = 1 / 15  # of the time one may do nothing: what is done within is not noted again
_READ = """
    SELECT session_key, session_data, expire_date FROM django_session
    WHERE session_key = %s AND expire_date > %s
"""


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None  # Django's own, too, never goes on with a key it does not know
            return None
        return Session(*found)


def note_sign_in(*, request: Any, **_of_signal: Any) -> None:
    """Note when a session began; Django sends it as somebody signs in, by whatever way."""
    request.session[_SINCE] = request.session[_ACTED] = timezone.now().timestamp()


def is_old(session: Any) -> bool:
    """Whether somebody signed in longer ago than sessions last, and something kept it."""
    since = session.get(_SINCE, session.get(_WALL))
    if since is None:
        return False
    age = timezone.now() - datetime.fromtimestamp(since, UTC)
    return age > timedelta(seconds=settings.SESSION_COOKIE_AGE)


def is_wall_display(session: Any) -> bool:
    """Whether it is of a display on a wall, which asks to stay."""
    return _WALL in session


def is_idle(session: Any) -> bool:
    """Whether whoever is signed in has done nothing for as long as one may."""
    return _since_act(session) > settings.SESSION_IDLE_SECONDS


def note_act(session: Any) -> None:
    """Note that whoever is signed in does something."""
    if _ACTED not in session or _since_act(session) > settings.SESSION_IDLE_SECONDS * _NOTED:
        session[_ACTED] = timezone.now().timestamp()


def _since_act(session: Any) -> float:
    now = timezone.now().timestamp()
    return now - float(session.get(_ACTED, now))
