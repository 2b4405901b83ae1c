"""Whom a provider of identities speaks of: an account that is here, or a new one."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.provider.claims import Person
from heatmaps_project.accounts.transitions import note_change


class NotOursError(Exception):
    """Nobody here is who the provider speaks of."""


def account_of(person: Person, *, by_groups: bool) -> User:
    """
    Return the account of whom the provider speaks, with the role that their groups give.

    by_groups  groups give roles: who is in none is not let in, and who has no account gets one,
               which sees no brand and region yet

    The account is bound to the provider's own name of the person the first time: a login that
    is given to somebody else later opens nothing. Superusers are not bound: they sign in here.

    :raises NotOursError: there is no such account, or it is somebody else's, or has left
    """
    try:
        with transaction.atomic():
            return _account_of(person, by_groups=by_groups)
    except (IntegrityError, ValidationError):  # made meanwhile; or its name cannot be a login
        raise NotOursError from None


def _account_of(person: Person, *, by_groups: bool) -> User:
    if by_groups and not person.role:
        raise NotOursError
    rows = User.objects.select_for_update(no_key=True)
    user = rows.filter(provider_subject=person.subject).first()
    if user is None:
        user = rows.filter(username=person.account).first()
        user = _bound(user, person) if user else _made(person)
    if not (user.is_active and user.is_staff) or user.is_superuser:
        raise NotOursError
    if by_groups and user.role != person.role:
        user.role = person.role
        user.save(update_fields=["role"])
        note_change(user, _("Role changed by a group at the provider of identities"))
    return user


def _bound(user: User, person: Person) -> User:
    if user.provider_subject is not None or user.is_superuser:
        raise NotOursError
    user.provider_subject = person.subject
    user.save(update_fields=["provider_subject"])
    note_change(user, _("Bound to the provider of identities"))
    return user


def _made(person: Person) -> User:
    if not person.role:
        raise NotOursError
    user = User(
        username=person.account,
        provider_subject=person.subject,
        role=person.role,
        is_staff=True,
    )
    user.set_unusable_password()
    user.full_clean()
    user.save()
    note_change(user, _("Made as the provider of identities said"))
    return user
