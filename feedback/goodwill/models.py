"""Gifts and promo codes, who may give how much, and what was given to whom."""

from typing import Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Named
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from feedback.goodwill.limits import Limit


class Kind(models.TextChoices):
    CODE = "code", _("promo code, out of a pool")
    GIFT = "gift", _("gift, booked elsewhere")  # minutes, a discount


class GiftQuerySet(WalledQuerySet["Gift"]):
    walled = {"brand": True}

    def offered(self, brand_id: int) -> Self:
        """Gifts that may be given to customers of a brand now."""
        return self.filter(Q(brand=None) | Q(brand=brand_id), active=True)

    def with_pool(self) -> Self:
        """Add how many codes there are, and how many are left."""
        left = Count("codes", filter=Q(codes__taken=False, codes__used=False))
        return self.annotate(codes_in_all=Count("codes"), codes_left=left)


class Gift(Named):
    """What may be given, and what it costs."""

    brand = models.ForeignKey(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.CODE)
    cost = models.DecimalField(_("cost, roubles"), max_digits=9, decimal_places=2)
    active = models.BooleanField(_("may be given"), default=True)
    history = HistoricalRecords()

    codes_in_all: int  # on rows from `with_pool`
    codes_left: int

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = [models.CheckConstraint(condition=Q(cost__gte=0), name="gift_cost")]


class CodeImport(models.Model):
    """A file of codes that was taken as a whole."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="imports")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    codes = models.PositiveIntegerField(_("codes"))

    class Meta:
        verbose_name = _("import of codes")
        verbose_name_plural = _("imports of codes")

    def __str__(self) -> str:
        return self.file_name


class GiftCode(models.Model):
    """A promo code of a pool: money to whoever knows it, so it is kept as personal data is."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="codes")
    imported = models.ForeignKey(CodeImport, models.PROTECT, related_name="+")
    code = EncryptedTextField()
    code_index = models.BinaryField(editable=False)  # blind index
    taken = models.BooleanField(default=False)  # written with whom it was given to
    # Whoever redeems codes has told that it was used, whether or not it was given here.
    used = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = [models.UniqueConstraint(fields=["code_index"], name="giftcode_once")]
        indexes = [
            models.Index(
                fields=["gift", "id"], condition=Q(taken=False, used=False), name="giftcode_free"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gift_id}/{self.pk}"


class Reconciliation(models.Model):
    """A file of codes that were used, set against a pool: told in whole, never changed."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="reconciliations")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    given = models.PositiveIntegerField(_("used as given"))
    stray = models.PositiveIntegerField(_("used, never given"))
    unknown = models.PositiveIntegerField(_("in no pool of this gift"))

    class Meta:
        verbose_name = _("reconciliation of a pool")
        verbose_name_plural = _("reconciliations of pools")

    def __str__(self) -> str:
        return self.file_name


def roles() -> list[tuple[str, str]]:
    """Return the roles of the staff, each with its name."""
    choices = get_user_model()._meta.get_field("role").flatchoices
    return [(str(role), str(name)) for role, name in choices]


class GoodwillLimit(models.Model):
    """What everybody of a role may give in a calendar month. Roles without a row give nothing."""

    role = models.CharField(_("role"), max_length=13, unique=True)
    per_customer = models.PositiveSmallIntegerField(_("gifts to one customer, a month"), default=1)
    per_giver = models.PositiveSmallIntegerField(_("gifts of one person, a month"), default=20)
    money_per_gift = models.DecimalField(
        _("roubles of one gift, at most"), max_digits=9, decimal_places=2
    )
    money_per_giver = models.DecimalField(
        _("roubles of one person, a month"), max_digits=11, decimal_places=2
    )
    money_with_second = models.DecimalField(
        _("roubles of one gift that a second person confirms, at most"),
        max_digits=9,
        decimal_places=2,
        default=0,
        db_default=0,
        help_text=_("Above the limit of one gift; 0: nobody confirms, it is refused."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("limit of gifts")
        verbose_name_plural = _("limits of gifts")

    def __str__(self) -> str:
        return dict(roles()).get(self.role, self.role)

    @property
    def limit(self) -> Limit:
        money = (self.money_per_gift, self.money_per_giver)
        return Limit(self.per_customer, self.per_giver, *money, self.money_with_second)


class GoodwillBudget(models.Model):
    """What all gifts of a brand may cost in a calendar month. Without a row there is no end."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="+", verbose_name=_("brand"))
    money = models.DecimalField(_("roubles a month"), max_digits=12, decimal_places=2)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("budget of gifts")
        verbose_name_plural = _("budgets of gifts")

    def __str__(self) -> str:
        return str(self.brand)


class GiftRule(models.Model):
    """On an occasion that the CRM tells of as a touch, a customer is given something."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    touch_point = models.SlugField(
        _("occasion"),
        help_text=_("As the CRM names it at touch points: birthday, sim_anniversary …"),
    )
    segment = models.CharField(
        _("segment"), max_length=32, blank=True, help_text=_("Empty: every customer.")
    )
    gift = models.ForeignKey(Gift, models.PROTECT, related_name="+", verbose_name=_("gift"))
    not_again_days = models.PositiveSmallIntegerField(
        _("not again for … days"), default=300, validators=[MinValueValidator(1)]
    )
    since = models.DateTimeField(
        _("occasions from"),
        default=timezone.now,
        help_text=_("What happened before gives nothing."),
    )
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("gift on an occasion")
        verbose_name_plural = _("gifts on occasions")
        constraints = [
            models.CheckConstraint(condition=Q(not_again_days__gte=1), name="giftrule_not_again")
        ]

    def __str__(self) -> str:
        return self.touch_point


class Reason(models.TextChoices):
    APOLOGY = "apology", _("apology for poor service")
    REPEATED = "repeated", _("it failed again")
    OUTAGE = "outage", _("long outage")
    LEAVING = "leaving", _("wants to leave")
    THANKS = "thanks", _("thanks for an idea")
    OCCASION = "occasion", _("occasion")  # a rule's alone
