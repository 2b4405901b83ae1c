"""Files handed in by people and worked off in the background: what each kind has in common."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.moves import Move

REFUSED = "refused"  # among the states of each kind: the file as a whole cannot be read


class HandedIn(models.Model):
    """
    One file, and what became of it.

    Whatever points at it by `of` is the file, or was found in it, and is deleted with it.
    """

    MOVES: ClassVar[Mapping[str, Move[Any]]]  # what a person does with it
    TO_DO: ClassVar[tuple[str, ...]]  # states in which a worker has something to do
    OPEN: ClassVar[tuple[str, ...]]  # … or it waits for a person
    GIVEN_UP: ClassVar[Mapping[str, str]]  # what it becomes where a worker fails each time

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))  # bytes
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)  # of its reasons
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    made_at = models.DateTimeField(_("uploaded at"))
    state = models.CharField(_("state"), max_length=9)  # each kind has states of its own
    rows = models.PositiveIntegerField(_("rows"), default=0)  # of the file, read so far
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)  # why it is as it is
    claimed_until = models.DateTimeField(null=True, editable=False)  # a worker's lease
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    pieces: Any  # the file as it came: Piece

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"№ {self.pk}, {self.file_name}"

    @property
    def state_in_words(self) -> str:
        field: Any = self._meta.get_field("state")
        return str(dict(field.flatchoices)[self.state])


class Piece(models.Model):
    """A piece of a file as it came, sealed, for as long as it is needed."""

    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number}"
