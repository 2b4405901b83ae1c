"""What is changed about a member of staff, and recorded of them, outside of admin forms."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken

from complaints.customers.models import Customer
from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.accounts.roles import Role

REVEAL_PERMISSION = "heatmaps_project.reveal_personal_data"
REVEALED_FIELDS = ("phone", "email")
QUOTA_WINDOW = timedelta(hours=1)


class RevealRefusedError(Exception):
    """The reason is missing, or the field is not one that can be shown; says which."""


class QuotaUsedUpError(RevealRefusedError):
    """This person has looked at as many customers' data as one may in an hour."""


def speak(user: User, *, language: str) -> None:
    """Show this user everything in a language from now on."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def reveal(*, by: User, customer_id: int, field: str, reason: str, now: datetime) -> str:
    """
    Return a customer's phone or e-mail address in full, and record the look first.

    What cannot be recorded is not shown: both happen in one transaction. Looks of one person
    wait for each other, so however many come at once, the quota of the settings
    (REVEAL_QUOTA_PER_HOUR) holds.

    :raises PermissionDenied: `by` may not look at personal data
    :raises Customer.DoesNotExist: there is none, or it is behind this reader's walls
    :raises RevealRefusedError: no reason, or not a field that can be shown
    :raises QuotaUsedUpError: too many looks within the hour
    """
    if not by.has_perm(REVEAL_PERMISSION):
        raise PermissionDenied
    if field not in REVEALED_FIELDS:
        raise RevealRefusedError(_("This field cannot be shown."))
    reason = " ".join(reason.split())
    if not reason:
        raise RevealRefusedError(_("A reason is needed."))
    customer = Customer.objects.within(by.walls).get(pk=customer_id)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one look at a time
    lately = Look.objects.filter(by=by, at__gt=now - QUOTA_WINDOW, field__in=REVEALED_FIELDS)
    if lately.count() >= settings.REVEAL_QUOTA_PER_HOUR:
        raise QuotaUsedUpError(
            _("You have looked at %(quota)s customers' data within an hour: that is the most.")
            % {"quota": settings.REVEAL_QUOTA_PER_HOUR}
        )
    Look.objects.create(
        by=by, at=now, subject=f"customer {customer.pk}", field=field, reason=reason[:200]
    )
    return str(getattr(customer, field))


def note_look(*, by: User, whose: str, what: str, now: datetime) -> None:
    """Record that somebody took customers' data away, as a file."""
    Look.objects.create(by=by, at=now, subject=whose[:100], field=what, reason="")


def harvesters(*, now: datetime) -> int:
    """Return how many people have revealed within the hour as much as the quota lets them."""
    lately = Look.objects.filter(at__gt=now - QUOTA_WINDOW, field__in=REVEALED_FIELDS)
    each = lately.order_by().values("by").annotate(looks=Count("pk"))
    return each.filter(looks__gte=settings.REVEAL_QUOTA_PER_HOUR).count()


@transaction.atomic
def rotate_secret(*, client_id: int, overlap: timedelta, now: datetime) -> str:
    """
    Give an API client a new secret and return it: it is stored as a hash only.

    overlap  how long the old one works beside it; none: it and every token that was got with it
             stop working at once

    :raises ApiClient.DoesNotExist: there is none
    """
    client = ApiClient.objects.select_for_update().get(pk=client_id)
    secret: str = generate_client_secret()
    client.old_secret = client.client_secret if overlap else ""
    client.old_secret_until = now + overlap if overlap else None
    client.client_secret = secret
    client.save(update_fields=["client_secret", "old_secret", "old_secret_until"])
    if not overlap:
        AccessToken.objects.filter(application=client).delete()
    return secret


@transaction.atomic
def give_account(*, client_id: int) -> User:
    """
    Return the account that an API client makes moves as, within the client's walls as of now.

    Nobody signs in with it: it has no password, and is not of the staff.

    :raises ApiClient.DoesNotExist: there is none
    """
    client = ApiClient.objects.select_for_update(of=("self",)).get(pk=client_id)
    user = client.user
    if user is None:
        user = client.user = _account_of(client)
        client.save(update_fields=["user"])
    user.brands.set(client.brands.all())
    user.regions.set(client.regions.all())
    return user


def _account_of(client: ApiClient) -> User:
    account = User(username=f"api:{client.source}", first_name=client.name[:150])
    account.role, account.is_staff = Role.DISPATCHER, False
    account.set_unusable_password()
    account.save()
    return account


def note_change(user: User, words: str, *, by: User | None = None) -> None:
    """In the history of the person's own page, where an administrator's changes are, too."""
    LogEntry.objects.log_actions(
        user_id=(by or user).pk,
        queryset=[user],
        action_flag=CHANGE,
        change_message=words,
        single_object=True,
    )
