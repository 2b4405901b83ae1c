"""This machine's clock, and the database server's, which all machines share."""

from datetime import datetime, timedelta

from django.db import connection


def apart(now: datetime) -> timedelta:
    """Return how far a clock is from the database server's; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return abs(there - now)
