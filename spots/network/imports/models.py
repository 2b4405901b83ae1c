"""Files about the network on their way in: the import, its file, and its rows."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand
from spots.network.models import OfBrandQuerySet


class Kind(models.TextChoices):
    """What a file is about."""

    SITES = "sites", _("sites")
    COVERAGE = "coverage", _("coverage")
    EVENTS = "events", _("outages and works")
    SUBSCRIBERS = "subscribers", _("subscribers per building")


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
TO_DO = (State.UPLOADED, State.APPLYING, State.UNDOING)  # the sweep's work


class ImportQuerySet(OfBrandQuerySet["Import"]):
    def to_do(self) -> Self:
        """Imports that a worker has something to do for."""
        return self.filter(state__in=TO_DO)


class Import(models.Model):
    """
    One file about a brand's network, and what became of it.

    It is checked in the background against what is there, shown to a person, applied as a whole,
    and can be undone as a whole while nothing was built on it.
    """

    kind = models.CharField(_("about"), max_length=11, choices=Kind.choices)
    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    mode = models.CharField(_("mode"), max_length=7, choices=Mode.choices, default=Mode.MERGE)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("size"))  # bytes
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)  # of its reasons
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"))
    made_at = models.DateTimeField(_("uploaded at"))

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
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)  # undone, stopped …
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)  # why refused, checked again or not undone

    rows = models.PositiveIntegerField(_("rows"), default=0)  # of the file, read so far
    expected = models.PositiveIntegerField(default=0)  # rows of the file in all; 0: not known
    counts = models.JSONField(default=dict, editable=False)  # rows by Change; and REPAIRED
    claimed_until = models.DateTimeField(null=True, editable=False)  # a worker's lease
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

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

    def __str__(self) -> str:
        return f"№ {self.pk}, {self.file_name}"

    def count(self, change: str) -> int:
        return int(self.counts.get(change, 0))

    @property
    def changes_nothing(self) -> bool:
        return not any(self.count(change) for change in EFFECTIVE)


class ImportFile(models.Model):
    """An import's file as it came, until it is applied or given up."""

    of = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.of_id}"


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
