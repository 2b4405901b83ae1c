"""What people set up for the work on cases: causes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Named


class FixKind(models.TextChoices):
    ACCIDENT = "accident", _("accident")
    OPTIMISATION = "optimisation", _("optimisation")
    NEW_BUILD = "new_build", _("new build")


class Cause(Named):
    """Why a place has bad service, in the engineer's words and in the customer's."""

    code = models.SlugField(_("code"), unique=True)
    fix_kind = models.CharField(_("kind of fix"), max_length=12, choices=FixKind.choices)
    said_ru = models.CharField(_("told to customers in Russian"), max_length=200)
    said_en = models.CharField(_("told to customers in English"), max_length=200)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")

    def said_in(self, language: str) -> str:
        return self.said_ru if language.startswith("ru") else self.said_en
