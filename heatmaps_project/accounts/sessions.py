"""
Sessions in the database, as Django's own, read by a statement that is written once.

Every request of the staff reads one, the tiles of a map a dozen at once: to put the statement
together takes three times as long as to run it. Nothing is kept: a session that is deleted or
past its time is none at the next request.
"""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

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
