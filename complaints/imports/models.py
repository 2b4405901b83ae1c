"""Files of complaints on their way in: the import, its file, its rows, and what columns mean."""

from typing import Any, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.handed_in.models import HandedIn, Piece
from complaints.moves import Move

LINE: Final = "line"  # the column that says where a row stood in the file
OF_FILES: Final = "file:"  # begins the sources of imports: no API client's begins so


class State(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "being read")
    # waits for a person to say what its columns mean, to look, and to begin
    READ = "read", pgettext_lazy("import", "waiting for you")
    RUNNING = "running", pgettext_lazy("import", "running")
    STOPPED = "stopped", pgettext_lazy("import", "stopped")
    DONE = "done", pgettext_lazy("import", "done")
    CANCELLED = "cancelled", pgettext_lazy("import", "cancelled")
    UNDOING = "undoing", pgettext_lazy("import", "being undone")
    UNDONE = "undone", pgettext_lazy("import", "undone")
    REFUSED = "refused", pgettext_lazy("import", "refused")  # the file as a whole cannot be read


class ComplaintImportQuerySet(WalledQuerySet["ComplaintImport"]):
    walled = {"brand": False}


class ComplaintImport(HandedIn):
    """
    One file of complaints, and what became of it.

    It is read in the background, its columns are told by a person who sees what that makes of the
    first rows, and its rows are received part by part: stopped, it goes on where it was.
    """

    MOVES = {
        "begin": Move(frozenset({State.READ}), State.RUNNING),
        "stop": Move(frozenset({State.RUNNING}), State.STOPPED),
        "go_on": Move(frozenset({State.STOPPED}), State.RUNNING),
        "cancel": Move(
            frozenset({State.UPLOADED, State.READ, State.RUNNING, State.STOPPED}), State.CANCELLED
        ),
        "undo": Move(frozenset({State.DONE, State.CANCELLED, State.STOPPED}), State.UNDOING),
    }
    TO_DO = (State.UPLOADED, State.RUNNING, State.UNDOING)
    OPEN = (*TO_DO, State.READ, State.STOPPED)
    GIVEN_UP = {
        State.UPLOADED: State.REFUSED,
        State.RUNNING: State.STOPPED,
        State.UNDOING: State.DONE,
    }

    source = models.CharField(
        _("source"),
        max_length=50,
        validators=[RegexValidator(r"^[\w.-]+\Z", _("Letters, digits, dots and hyphens only."))],
        help_text=_(
            "Where the file is from, always the same name: a complaint that is sent twice by one"
            " source is stored once, and what its columns mean is remembered."
        ),
    )
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.UPLOADED
    )
    header = models.JSONField(default=list, editable=False)  # names of the file's columns
    layout = models.JSONField(default=dict, editable=False)  # mapping.Told: what they mean
    done = models.PositiveIntegerField(_("rows done"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    exists = models.PositiveIntegerField(_("stored before"), default=0)
    conflict = models.PositiveIntegerField(_("differ from what is stored"), default=0)
    refused = models.PositiveIntegerField(_("refused rows"), default=0)
    withdrawn = models.PositiveIntegerField(_("taken back"), default=0)  # by undoing
    began_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ComplaintImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of complaints")
        verbose_name_plural = _("imports of complaints")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["running", "done", "undoing", "undone"])
                | Q(began_at__isnull=False),
                name="complaint_import_began",
            )
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(state__in=["uploaded", "running", "undoing"]),
                name="complaint_import_to_do",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False),
                name="complaint_import_ended",
            ),
        ]

    @property
    def complaints_source(self) -> str:
        """What the complaints of this import have as their source."""
        return OF_FILES + self.source

    @property
    def columns(self) -> list[str]:
        """Names of the cells of a part's rows."""
        return [LINE, *self.header]


class ImportPiece(Piece):
    of = models.ForeignKey(ComplaintImport, models.CASCADE, related_name="pieces")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_piece_once")]


class ImportPart(models.Model):
    """
    Some thousand rows of an import: what the file says, and what became of it.

    content  CSV, sealed, the line in the file before each row; until they are received
    refused  CSV, sealed: the reason and the row, for those that were not taken
    made     primary keys of the complaints that it made, for the undo
    """

    of = models.ForeignKey(ComplaintImport, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    content = models.BinaryField(null=True)
    refused = models.BinaryField(null=True)
    made = ArrayField(models.BigIntegerField(), default=list)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_part_once")]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"


class RememberedLayout(models.Model):
    """What the columns of a source's files meant the last time."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    source = models.CharField(max_length=50)
    layout: Any = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "source"], name="layout_once_per_source")
        ]

    def __str__(self) -> str:
        return self.source
