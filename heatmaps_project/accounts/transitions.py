"""What is changed about a member of staff, and recorded of them, outside of admin forms."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken

from complaints.customers.in_words import without_customers
from complaints.customers.models import Customer
from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.accounts.roles import Role

REVEAL_PERMISSION = "heatmaps_project.reveal_personal_data"
REVEALED_FIELDS = ("phone", "email")
# What else tells who somebody is, or where: the address a desk says to a verified caller, where the
# map's search finds the complaints of a phone, and what became of surveys of its owner.
QUOTA_FIELDS: Final = (*REVEALED_FIELDS, "address", "place", "survey")
QUOTA_WINDOW = timedelta(hours=1)
_PAGES: Final = 8  # more an hour than anybody places, or reads, of their own work


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
    said = without_customers(reason)  # it is kept for longer than they may be
    look(by=by, customer_ids=[customer.pk], field=field, reason=said, now=now)
    return str(getattr(customer, field))


@transaction.atomic
def look(
    *, by: User, customer_ids: Collection[int], field: str, reason: str, now: datetime
) -> None:
    """
    Record that somebody is about to see what tells who customers are, or where: of all, or none.

    What cannot be recorded is not shown: the caller shows nothing if this fails. Looks of one
    person wait for each other, so however many come at once, the quota of the settings
    (REVEAL_QUOTA_PER_HOUR) holds.

    customer_ids  empty: whom is not known yet, and only whether there is room for one is asked.
                  Whoever has none left is told so before anybody is looked for: to be refused where
                  somebody is found, and not where nobody is, would tell whose a phone is

    :raises QuotaUsedUpError: too many looks within the hour
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one look at a time
    lately = Look.objects.filter(by=by, at__gt=now - QUOTA_WINDOW, field__in=QUOTA_FIELDS)
    if lately.count() + max(len(customer_ids), 1) > settings.REVEAL_QUOTA_PER_HOUR:
        raise QuotaUsedUpError(
            _("You have looked at %(quota)s customers' data within an hour: that is the most.")
            % {"quota": settings.REVEAL_QUOTA_PER_HOUR}
        )
    Look.objects.bulk_create(
        Look(by=by, at=now, subject=f"customer {pk}", field=field, reason=reason[:200])
        for pk in customer_ids
    )


def note_look(*, by: User, whose: str, what: str, why: str, now: datetime) -> None:
    """Record that an answer hands out more of customers than pages show: a file, an address."""
    reason = without_customers(why)[:200]
    Look.objects.create(by=by, at=now, subject=whose[:100], field=what, reason=reason)


def harvesters(*, now: datetime) -> int:
    """
    Return how many people have seen within the hour as much as the quota lets them.

    Or _PAGES times as much on pages that are their work: places of single cases, addresses to be
    put on the map. Those are refused to nobody.
    """
    quota = settings.REVEAL_QUOTA_PER_HOUR
    lately = Look.objects.filter(at__gt=now - QUOTA_WINDOW).order_by().values("by")
    each = lately.annotate(counted=Count("pk", filter=Q(field__in=QUOTA_FIELDS)), looks=Count("pk"))
    return each.filter(Q(counted__gte=quota) | Q(looks__gte=_PAGES * quota)).count()


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
