"""The second factor of a member of staff is set up, asked for, and taken away."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from heatmaps_project.accounts.hashers import SecretHasher
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.second_factor import codes
from heatmaps_project.accounts.second_factor.models import SecondFactor
from heatmaps_project.accounts.transitions import note_change

# Wrong codes of one person within a day, from all addresses together that are new to them: with the
# right password a million could be tried from as many addresses. Known ones go on: guessers.py.
MOST_OF_STRANGERS: Final = 20
STRANGERS_WAIT: Final = timedelta(days=1)


class WrongCodeError(Exception):
    """The code is not the one that the phone shows now."""


class SetUpMeanwhileError(Exception):
    """Since this page was opened a factor was set up or taken away."""


@transaction.atomic
def set_up(*, user: User, key: str, code: str, now: datetime) -> list[str]:
    """
    Make a key this person's second factor, and return new recovery codes, kept as hashes only.

    user  as their page was opened: a factor set up since then stays. Sessions that were opened
          without this one end.

    :raises WrongCodeError: the phone does not have the key
    :raises SetUpMeanwhileError: somebody was faster
    """
    step = codes.step_of(key, code, after=0, now=now)
    if step is None:
        raise WrongCodeError
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if row.second_factor_at != user.second_factor_at:
        raise SetUpMeanwhileError
    shown = codes.new_recovery_codes()
    SecondFactor.objects.update_or_create(
        user=row,
        defaults={
            "key": key,
            "last_step": step,
            "recovery_codes": [_hashed(one) for one in shown],
            "strangers_misses": 0,
            "strangers_since": None,
        },
    )
    user.second_factor_at = now
    user.save(update_fields=["second_factor_at"])
    note_change(user, _("Second factor set up"))
    return shown


@transaction.atomic
def is_theirs(*, user: User, code: str, is_known_there: bool, now: datetime) -> bool:
    """
    Whether a code is of this person's phone, or one of their recovery codes, and use it up.

    is_known_there  they have signed in from this address before
    """
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None or user.second_factor_at is None:
        return False
    if not is_known_there and _is_shut_for_strangers(factor, now=now):
        return False
    step = codes.step_of(factor.key, code, after=factor.last_step, now=now)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return True
    if _uses_up(factor, code):
        note_change(user, _("A recovery code was used"))
        return True
    if not is_known_there:
        _count_stranger(factor, now=now)
    return False


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """
    Return new recovery codes, in place of those before.

    :raises SecondFactor.DoesNotExist: this person has no second factor
    """
    factor = SecondFactor.objects.select_for_update().get(user=user)
    shown = codes.new_recovery_codes()
    factor.recovery_codes = [_hashed(one) for one in shown]
    factor.save(update_fields=["recovery_codes"])
    note_change(user, _("New recovery codes"))
    return shown


@transaction.atomic
def take_away(*, user_id: int, by: User | None) -> bool:
    """
    Take somebody's second factor away, as of a lost phone; False: there is none.

    by  who does it; None: somebody with the server's command line

    Their sessions end. At the next sign-in they set up a new one.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    had = user.second_factor_at is not None
    SecondFactor.objects.filter(user=user).delete()
    user.second_factor_at = None
    user.save(update_fields=["second_factor_at"])
    if had:
        note_change(user, _("Second factor taken away"), by=by)
    return had


def _is_shut_for_strangers(factor: SecondFactor, *, now: datetime) -> bool:
    since = factor.strangers_since
    lately = since is not None and now - since < STRANGERS_WAIT
    return lately and factor.strangers_misses >= MOST_OF_STRANGERS


def _count_stranger(factor: SecondFactor, *, now: datetime) -> None:
    since = factor.strangers_since
    if since is None or now - since >= STRANGERS_WAIT:
        factor.strangers_since, factor.strangers_misses = now, 0
    factor.strangers_misses += 1
    factor.save(update_fields=["strangers_since", "strangers_misses"])


def _uses_up(factor: SecondFactor, code: str) -> bool:
    if len(code) != codes.RECOVERY_DIGITS:
        return False
    found = next((one for one in factor.recovery_codes if check_password(code, one)), None)
    if found is None:
        return False
    factor.recovery_codes.remove(found)
    factor.save(update_fields=["recovery_codes"])
    return True


def _hashed(code: str) -> str:
    return make_password(code, hasher=SecretHasher.algorithm)
