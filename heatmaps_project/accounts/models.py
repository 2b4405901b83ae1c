"""Who may do what: staff, machines that use the API, and the record of looks at people's data."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from complaints.customers.models import Brand
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walls import NO_WALLS, Walls
from complaints.geocoding.models import Region
from heatmaps_project.accounts.networks import within
from heatmaps_project.accounts.roles import Role
from heatmaps_project.sign_in_settings import ALL_ROLES


class User(AbstractUser):
    """A member of the operator's staff."""

    role = models.CharField(_("role"), max_length=13, choices=Role.choices, blank=True)
    brands = models.ManyToManyField(Brand, blank=True, verbose_name=_("brands"))
    regions = models.ManyToManyField(Region, blank=True, verbose_name=_("regions"))
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    work_phone = EncryptedTextField(_("work phone"))  # E.164; promises at risk are told there
    second_factor_at = models.DateTimeField(
        _("second factor since"), null=True, blank=True, editable=False
    )

    # The name that a provider of identities has for them (its claim "sub"); none: unknown there.
    provider_subject = models.CharField(
        _("account at the provider of identities"),
        max_length=255,
        null=True,
        blank=True,
        unique=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def asks_second_factor(self) -> bool:
        """Whether a password alone is not enough: they have a second factor, or must have one."""
        asked = settings.SECOND_FACTOR_ROLES
        return (
            self.second_factor_at is not None
            or ALL_ROLES in asked
            or self.role in asked
            or (self.is_superuser and bool(asked))
        )

    def get_session_auth_hash(self) -> str:
        """Sessions end as the second factor changes, as they do when the password does."""
        of_password = super().get_session_auth_hash()
        since = self.second_factor_at
        if since is None:
            return of_password
        both = of_password + since.astimezone(UTC).isoformat()
        return salted_hmac(__name__, both, algorithm="sha256").hexdigest()

    @cached_property
    def walls(self) -> Walls:
        """What this user is let into: administrators and superusers into everything."""
        if self.is_superuser or self.role == Role.ADMINISTRATOR:
            return NO_WALLS
        return _walls_of(self)


class ApiClient(AbstractApplication):
    """A machine that uses the API: the CRM, a bot, a field system."""

    source = models.SlugField(_("source"), max_length=64, unique=True)  # names what it sends
    scopes = models.TextField(_("scopes"))  # separated by spaces; what it may ask for
    brands = models.ManyToManyField(Brand, blank=True, verbose_name=_("brands"))
    regions = models.ManyToManyField(Region, blank=True, verbose_name=_("regions"))
    frame_ancestors = models.CharField(  # origins, with spaces between
        _("sites that may frame the lookup panel"),
        max_length=1000,
        blank=True,
        help_text=_("https://crm.example.org, with spaces between; empty: no panel"),
    )

    networks = models.CharField(  # CIDR, with spaces between
        _("networks that it calls from"),
        max_length=1000,
        blank=True,
        help_text=_("203.0.113.7 198.51.100.0/24, with spaces between; empty: from anywhere"),
    )
    expires_at = models.DateTimeField(
        _("valid until"), null=True, blank=True, help_text=_("Empty: until it is deleted")
    )
    old_secret = models.CharField(max_length=255, blank=True, editable=False)  # its hash
    old_secret_until = models.DateTimeField(
        _("old secret valid until"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        constraints = [
            models.CheckConstraint(
                condition=Q(old_secret="", old_secret_until=None)
                | (~Q(old_secret="") & Q(old_secret_until__isnull=False)),
                name="client_old_secret_has_an_end",
            )
        ]

    @cached_property
    def walls(self) -> Walls:
        return _walls_of(self)

    def is_usable(self, request: Any) -> bool:
        """Whether it may get a token, or use one: not expired, and from where it may call."""
        address = request.headers.get("REMOTE_ADDR", "")
        is_valid = self.expires_at is None or timezone.now() < self.expires_at
        return is_valid and (not self.networks or within(address, self.networks.split()))

    def has_old_secret(self, now: datetime) -> bool:
        """Whether the secret before the last one still holds."""
        return self.old_secret_until is not None and now < self.old_secret_until


def _walls_of(holder: User | ApiClient) -> Walls:
    """Every page of the staff and every call asks for them: one query, and in SQL."""
    parts = []
    for side in ("brand", "region"):
        rows: Any = holder._meta.get_field(f"{side}s")
        table, whose = rows.m2m_db_table(), rows.m2m_column_name()
        parts.append(f"SELECT '{side}', {side}_id FROM {table} WHERE {whose} = %(holder)s")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"holder": holder.pk})
        known = cursor.fetchall()
    return Walls(
        brands=frozenset(pk for side, pk in known if side == "brand"),
        regions=frozenset(pk for side, pk in known if side == "region"),
    )


class Look(models.Model):
    """One look of one person at a customer's personal data: appended, never changed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"))
    at = models.DateTimeField(_("when"), db_index=True)
    subject = models.CharField(_("whose"), max_length=100, db_index=True)  # "customer 17"
    field = models.CharField(_("what"), max_length=50)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        permissions = [
            ("reveal_personal_data", _("Can reveal personal data, with a reason")),
            ("use_lookup", _("Can look addresses up for callers")),
            ("view_figures", _("Can see the figures")),
        ]
        indexes = [models.Index(fields=["by", "at"], name="look_by")]

    def __str__(self) -> str:
        return f"{self.by}: {self.subject}"
