"""What a provider of identities (OpenID Connect) says of whoever signs in (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class UnclearError(Exception):
    """A claim that is needed is missing, or is no text."""


@dataclass(frozen=True)
class Rules:
    """How the claims of one provider are read."""

    account: str  # claim that names the account here
    groups: str  # claim that holds groups
    roles: Mapping[str, str]  # of groups, the strongest first
    acr: frozenset[str]  # each says that a second factor was given (OpenID Connect Core, 2)
    amr: frozenset[str]  # ways of sign-in that are a second factor (RFC 8176)


@dataclass(frozen=True)
class Person:
    subject: str  # the provider's own name of them: it is never given to somebody else
    account: str
    role: str  # "": none of their groups has one
    has_second_factor: bool


def person_in(claims: Mapping[str, Any], rules: Rules) -> Person:
    """:raises UnclearError: no subject, or no account"""
    subject, account = claims.get("sub"), claims.get(rules.account)
    if not (isinstance(subject, str) and subject and isinstance(account, str) and account):
        raise UnclearError
    groups = _texts(claims.get(rules.groups))
    role = next((role for group, role in rules.roles.items() if group in groups), "")
    proved = rules.acr & _texts(claims.get("acr")) or rules.amr & _texts(claims.get("amr"))
    return Person(subject, account, role, has_second_factor=bool(proved))


def _texts(said: Any) -> frozenset[str]:
    """One text, or several; whatever else came is none."""
    many = said if isinstance(said, list) else [said]
    return frozenset(one for one in many if isinstance(one, str))
