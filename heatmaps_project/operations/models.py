"""When the queues were last seen to be worked off."""

from django.db import models


class Heartbeat(models.Model):
    """
    When a task that came through a queue last ran.

    A worker may live and take nothing any more; here that shows.
    """

    queue = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue
