"""What a provider of identities (OpenID Connect) says of whoever signs in (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_EMAIL: Final = "email"
_LONGEST: Final = 255  # of a subject (OpenID Connect Core, 2)


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
    """
    Whoever names an account by an e-mail address has to have shown that it is theirs: at many
    providers one writes there what one likes (OpenID Connect Core, 5.1 and 5.7).

    :raises UnclearError: no subject, or no account, or somebody's whom they only say they are
    """
    subject, account = _name(claims.get("sub")), _name(claims.get(rules.account))
    if rules.account == _EMAIL and claims.get("email_verified") not in (True, "true"):
        raise UnclearError
    groups = _texts(claims.get(rules.groups))
    role = next((role for group, role in rules.roles.items() if group in groups), "")
    proved = rules.acr & _texts(claims.get("acr")) or rules.amr & _texts(claims.get("amr"))
    return Person(subject, account, role, has_second_factor=bool(proved))


def _name(said: Any) -> str:
    """:raises UnclearError: it is no text that can be stored, or empty"""
    if not (isinstance(said, str) and said.isprintable() and 0 < len(said) <= _LONGEST):
        raise UnclearError
    return said


def _texts(said: Any) -> frozenset[str]:
    """One text, or several; whatever else came is none."""
    many = said if isinstance(said, list) else [said]
    return frozenset(one for one in many if isinstance(one, str))
