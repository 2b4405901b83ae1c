"""Saving, renaming and deleting views of the queue, and choosing its columns."""

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from spots.cases.queue.asking import cleaned
from spots.cases.queue.models import ChosenColumns, SavedView, SavedViewQuerySet
from spots.cases.states import Permission
from spots.routing.models import Team

MOST_VIEWS = 10  # of a person, and of a team
LONGEST_NAME = 40
LONGEST_QUERY = 500


class ViewRefusedError(Exception):
    """The view cannot be saved, renamed or deleted so, or not by whoever asks."""


@transaction.atomic
def save_view(
    *,
    name: str,
    query: str,
    columns: Sequence[str] | None = None,
    order: Sequence[str] = (),
    team: Team | None = None,
    by: AbstractUser,
) -> SavedView:
    """
    Save a way to look at the queue, or let the one of that name look so.

    query    of the queue's address; what the queue does not know is left out
    columns  beside those that are always there; None: as they were, in a new one each reader's own
    order    names of columns, "-" before those that fall
    team     for all of it, by those who dispatch; None: for oneself

    :raises ViewRefusedError: no name, too long, too many, or not for `by` to save
    """
    name, query = _checked(name), cleaned(query)
    if len(query) > LONGEST_QUERY:
        raise ViewRefusedError(_("This view asks for too much."))
    if team is not None and not by.has_perm(Permission.DISPATCH):
        raise ViewRefusedError(_("Views of a team are saved by those who dispatch."))
    of = _siblings(team, by)
    view = of.filter(name=name).first()
    if view is None:
        if of.count() >= MOST_VIEWS:
            raise ViewRefusedError(_("There are %(n)d saved views already.") % {"n": MOST_VIEWS})
        view = SavedView(owner_id=by.pk, team=team, name=name)
    view.query, view.order = query, list(order)
    if columns is not None:
        view.columns = list(columns)
    view.save()
    return view


@transaction.atomic
def rename_view(*, view_id: int, name: str, by: AbstractUser) -> SavedView:
    """
    :raises SavedView.DoesNotExist: there is none that `by` sees
    :raises ViewRefusedError: no name, one that is taken, or not for `by` to change
    """
    view, name = _changeable(view_id, by), _checked(name)
    if _siblings(view.team, by).filter(name=name).exclude(pk=view.pk).exists():
        raise ViewRefusedError(_("There is a view “%(name)s” already.") % {"name": name})
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def delete_view(*, view_id: int, by: AbstractUser) -> None:
    """
    :raises SavedView.DoesNotExist: there is none that `by` sees
    :raises ViewRefusedError: not for `by` to delete
    """
    _changeable(view_id, by).delete()


@transaction.atomic
def choose_columns_of_view(*, view_id: int, columns: Sequence[str], by: AbstractUser) -> SavedView:
    """
    Show these columns wherever the view is opened, beside those that are always there.

    :raises SavedView.DoesNotExist: there is none that `by` sees
    :raises ViewRefusedError: not for `by` to change
    """
    view = _changeable(view_id, by)
    view.columns = list(columns)
    view.save(update_fields=["columns"])
    return view


def choose_columns(*, columns: Sequence[str], by: AbstractUser) -> None:
    """Show these columns of the queue to `by`, beside those that are always there."""
    ChosenColumns.objects.update_or_create(user_id=by.pk, defaults={"columns": list(columns)})


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ViewRefusedError(_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise ViewRefusedError(_("A name has at most %(n)d letters.") % {"n": LONGEST_NAME})
    return name


def _siblings(team: Team | None, by: AbstractUser) -> SavedViewQuerySet:
    """Lock whose views they are, so that two at once do not save one too many."""
    if team is not None:
        Team.objects.select_for_update().get(pk=team.pk)
        return SavedView.objects.filter(team=team)
    get_user_model().objects.select_for_update().get(pk=by.pk)
    return SavedView.objects.filter(team=None, owner=by.pk)


def _changeable(view_id: int, by: AbstractUser) -> SavedView:
    dispatches = by.has_perm(Permission.DISPATCH)
    view = SavedView.objects.of(by.pk).select_for_update().get(pk=view_id)
    if not view.may_change(by, dispatches=dispatches):
        raise ViewRefusedError(_("This view is for those who dispatch to change."))
    return view
