"""What listeners were last told of each ticket and problem."""

from django.db import models


class LastTold(models.Model):
    """A ticket or problem as listeners know it: what differs from it is told next."""

    face = models.CharField(max_length=30)
    number = models.CharField(max_length=20)  # its id, as the face writes it
    version = models.CharField(max_length=300)  # of the rows that it was read from
    status = models.CharField(max_length=20)
    digest = models.CharField(max_length=32)  # of its other attributes
    asks = models.BooleanField()  # something has to be told of it before work can go on
    gone = models.BooleanField()  # deleted, for the listeners
    times = models.PositiveIntegerField(default=0)  # something was told of it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["face", "number"], name="told_last_once")]

    def __str__(self) -> str:
        return f"{self.face} {self.number}"
