"""Settings of a whole installation: a table of one row."""

from typing import Self

from django.db import models
from django.db.models import Q

ONLY = 1  # the number of the only row
IS_ONLY = Q(id=ONLY)  # for the constraint that each such table has


class OnlyRow(models.Model):
    """A table of one row, which is changed, never added or deleted."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def in_force(cls) -> Self:
        """Return what people have set; the defaults where nobody has."""
        return cls._default_manager.filter(pk=ONLY).first() or cls()
