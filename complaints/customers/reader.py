"""The member of staff who reads a page."""

from typing import Final

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest

from complaints.customers.walls import Walls

SEES_MONEY: Final = "complaints.view_balance"  # a right that roles give


def reader_of(request: HttpRequest) -> AbstractUser:
    """Return the member of staff who asks."""
    assert request.user.is_authenticated  # admin pages ask for a sign-in first
    return request.user


def walls_of(request: HttpRequest) -> Walls:
    """Return the walls of the member of staff who asks."""
    assert request.user.is_authenticated  # admin pages ask for a sign-in first
    return request.user.walls


def may_see_money(request: HttpRequest) -> bool:
    """Whether the member of staff who asks may see what customers have, and owe."""
    return reader_of(request).has_perm(SEES_MONEY)


def name_of(user: AbstractUser | None) -> str:
    """Return what a member of staff is called: the full name, else the login; nobody: ""."""
    return (user.get_full_name() or user.get_username()) if user else ""
