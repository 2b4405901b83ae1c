"""What proves, beside the password, that it is them who sign in."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.customers.personal import EncryptedTextField


class SecondFactor(models.Model):
    """The key that a member of staff has on a phone. Since when: User.second_factor_at."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="second_factor"
    )
    key = EncryptedTextField(_("key"))  # BASE32
    last_step = models.BigIntegerField(default=0)  # of the last code that was taken
    recovery_codes = ArrayField(models.CharField(max_length=200), default=list)  # hashes, unused
    # Wrong codes from addresses that this person never signed in from, since when.
    strangers_misses = models.PositiveIntegerField(default=0)
    strangers_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return f"{self.user_id}"
