"""Files about the network on their way in: the import, its file, and its rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.handed_in.models import HandedIn, Piece
from complaints.moves import Move
from spots.network.models import OfBrandQuerySet


class Kind(models.TextChoices):
    """What a file is about."""

    SITES = "sites", _("sites")
    COVERAGE = "coverage", _("coverage")
    EVENTS = "events", _("outages and works")
    SUBSCRIBERS = "subscribers", _("subscribers per building")
    SURVEYS = "surveys", _("surveys of network quality")
    COUNTERS = "counters", _("counters of cells")


class Mode(models.TextChoices):
    MERGE = "merge", _("add to what is there")
    REPLACE = "replace", _("replace what is there")


class State(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "being checked")
    # waits for a person to look and say yes
    CHECKED = "checked", pgettext_lazy("import", "checked")
    APPLYING = "applying", pgettext_lazy("import", "being applied")
    APPLIED = "applied", pgettext_lazy("import", "applied")
    UNDOING = "undoing", pgettext_lazy("import", "being undone")
    UNDONE = "undone", pgettext_lazy("import", "undone")
    STOPPED = "stopped", pgettext_lazy("import", "stopped")
    REFUSED = "refused", pgettext_lazy("import", "refused")  # the file as a whole cannot be read


REPAIRED = "repaired"  # among the counts: shapes that were not valid


class ImportQuerySet(OfBrandQuerySet["Import"]):
    pass


class Import(HandedIn):
    """
    One file about a brand's network, and what became of it.

    It is checked in the background against what is there, shown to a person, applied as a whole,
    and can be undone as a whole while nothing was built on it.
    """

    MOVES = {
        "apply": Move(frozenset({State.CHECKED}), State.APPLYING),
        "undo": Move(frozenset({State.APPLIED}), State.UNDOING),
        "stop": Move(frozenset({State.UPLOADED, State.CHECKED}), State.STOPPED),
    }
    TO_DO = (State.UPLOADED, State.APPLYING, State.UNDOING)
    OPEN = (*TO_DO, State.CHECKED)
    GIVEN_UP = {  # what was not applied, or not undone, has changed nothing
        State.UPLOADED: State.REFUSED,
        State.APPLYING: State.CHECKED,
        State.UNDOING: State.APPLIED,
    }

    kind = models.CharField(_("about"), max_length=11, choices=Kind.choices)
    mode = models.CharField(_("mode"), max_length=7, choices=Mode.choices, default=Mode.MERGE)
    sha256 = models.CharField("SHA-256", max_length=64)

    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.UPLOADED
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("applied by"),
    )
    expected = models.PositiveIntegerField(default=0)  # rows of the file in all; 0: not known
    counts = models.JSONField(default=dict, editable=False)  # rows by Change; and REPAIRED

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("network import")
        verbose_name_plural = _("network imports")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "undoing", "undone"])
                | Q(applied_at__isnull=False),
                name="import_applied_has_a_date",
            )
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(state__in=["uploaded", "applying", "undoing"]),
                name="import_to_do",
            )
        ]

    def count(self, change: str) -> int:
        return int(self.counts.get(change, 0))

    @property
    def changes_nothing(self) -> bool:
        return not any(self.count(change) for change in EFFECTIVE)


class ImportPiece(Piece):
    of = models.ForeignKey(Import, models.CASCADE, related_name="pieces")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="network_piece_once")]


class Change(models.TextChoices):
    """What a row of the file does to what is there."""

    NEW = "new", pgettext_lazy("rows", "new")
    CHANGED = "changed", pgettext_lazy("rows", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("rows", "unchanged")
    REMOVED = "removed", pgettext_lazy("rows", "removed")  # there, and not in a file that replaces
    REFUSED = "refused", pgettext_lazy("rows", "refused")


EFFECTIVE = (Change.NEW, Change.CHANGED, Change.REMOVED)


class StagedRow(models.Model):
    """
    One thing of an import: what it was, and what it becomes.

    `before` and `after` are the thing as its kind writes it down (kinds.Adapter), None where
    there is none; they are what an import is applied from and undone from.
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="staged")
    line = models.PositiveIntegerField()  # of the file, from 1; 0: not in the file
    key = models.CharField(max_length=400, blank=True)  # names the thing within brand and kind
    change = models.CharField(max_length=9, choices=Change.choices)
    reason = models.CharField(max_length=500, blank=True)  # why refused, for people
    told = models.JSONField(null=True)  # of a refused row: its [column, value] as they came
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    lost = models.JSONField(null=True)  # what else went with a removed thing, for the undo

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of", "key"],
                condition=~Q(change="refused"),
                name="staged_once",
            )
        ]
        indexes = [
            models.Index(fields=["of", "change", "line"], name="staged_of_import"),
            models.Index(fields=["key"], condition=~Q(change="refused"), name="staged_by_key"),
        ]

    def __str__(self) -> str:
        return self.key
