"""Codes made, tried, sent and forgotten."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.alone import one_by_one
from complaints.customers.models import Brand, Customer
from complaints.customers.personal import blind_index, blind_indexes
from heatmaps_project.desk.own.models import UNSENT, Code, CodeState

DIGITS = 6
VALID_FOR = timedelta(minutes=10)
MOST_TRIES = 5
LEASE = timedelta(minutes=1)
WINDOW = timedelta(minutes=10)
DAY = timedelta(days=1)
KEPT = DAY  # a flood is looked into on the day
OF_A_PHONE = 3  # codes within WINDOW
# Each is a text to somebody, and five guesses at what opens their page: in 10 minutes, and so on
# for a day, it would be 432 texts and 2160 guesses.
OF_A_PHONE_A_DAY = 10
OF_A_SENDER = 20  # an address of the network may be a whole office's
OF_A_SENDER_A_DAY = 500  # that are texts: two addresses would else use up everybody's
OF_ALL = 2000  # a flood is stopped even where it comes from everywhere; a slower one by the day


class TooOftenError(Exception):
    """So many codes were asked for lately that there is no other now."""


@transaction.atomic
def ask(*, brand: Brand, phone: str, sender: str, language: str, now: datetime) -> Code:
    """
    Make a code for a phone (E.164) and plan its text, if a customer of the brand has the phone.

    Whether one has cannot be told from the answer, nor from the time it takes.

    :raises TooOftenError: for this phone, from this sender, or by everybody together, within
        minutes or, of those that are texts, within a day
    """
    of_phone, of_sender = blind_indexes(phone), blind_indexes(f"sender:{sender}")
    one_by_one(*of_phone, *of_sender)  # however many ask at once, the limits hold
    lately = Code.objects.filter(made_at__gt=now - WINDOW)
    today = Code.objects.filter(made_at__gt=now - DAY)
    for asked, most in (
        (lately.filter(phone_index__in=of_phone), OF_A_PHONE),
        (today.filter(phone_index__in=of_phone), OF_A_PHONE_A_DAY),
        (lately.filter(sender_index__in=of_sender), OF_A_SENDER),
        (lately, OF_ALL),
        (today.filter(sender_index__in=of_sender).texts(), OF_A_SENDER_A_DAY),
        (today.texts(), settings.OWN_PAGE_TEXTS_PER_DAY),
    ):
        if asked[:most].count() >= most:
            raise TooOftenError
    customers = Customer.objects.filter(phone_index__in=of_phone, brand=brand)
    customer = customers.order_by("-described_at", "pk").first()
    key = secrets.token_hex(16)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    text = _text(brand, code, language)
    return Code.objects.create(
        key=UUID(key),
        brand=brand,
        customer=customer,
        phone_index=blind_index(phone) or b"",
        sender_index=blind_index(f"sender:{sender}"),
        code_hash=_hash(UUID(key), code),
        language=language,
        phone=phone if customer else "",
        text=text if customer else "",
        state=CodeState.PLANNED if customer else CodeState.NOTHING,
        made_at=now,
        expires_at=now + VALID_FOR,
    )


def _text(brand: Brand, code: str, language: str) -> str:
    with translation.override(language):
        words = _("%(brand)s: your code is %(code)s. It is valid for 10 minutes; tell it nobody.")
        return words % {"brand": brand.name, "code": code}


def texts_used(*, now: datetime) -> float:
    """Return how much of the day's texts with codes is used up: 0 to 1, and a little beyond."""
    texts = Code.objects.filter(made_at__gt=now - DAY).texts()
    return texts.count() / max(settings.OWN_PAGE_TEXTS_PER_DAY, 1)


def enter(*, key: UUID, code: str, now: datetime) -> Customer | None:
    """
    Return whose code it is, once; None: wrong, too old, used, or tried too often.

    A wrong try counts whatever the reason.
    """
    with transaction.atomic():
        row = Code.objects.select_for_update().filter(key=key).first()
        if row is None:
            return None
        row.tries += 1
        genuine = hmac.compare_digest(bytes(row.code_hash), _hash(key, code))
        alive = row.used_at is None and row.expires_at > now and row.tries <= MOST_TRIES
        owner = row.customer_id if genuine and alive else None
        if owner is not None:
            row.used_at = now
        row.tries = min(row.tries, MOST_TRIES + 1)
        row.save(update_fields=["tries", "used_at"])
    return Customer.objects.select_related("brand").get(pk=owner) if owner is not None else None


def _hash(key: UUID, code: str) -> bytes:
    secret = sha256(b"desk.own.code:" + settings.SECRET_KEY.encode()).digest()
    return hmac.digest(secret, f"{key}:{code}".encode(), sha256)


@transaction.atomic
def claim(*, limit: int, now: datetime) -> list[Code]:
    """
    Take codes that are to be sent, and forget those that nobody would wait for any more.

    One whose worker died is not sent twice: the customer asks for another.
    """
    unsent = Code.objects.filter(state__in=UNSENT).select_for_update(skip_locked=True)
    rows = list(unsent.order_by("pk")[:limit])
    lost = [
        row.pk
        for row in rows
        if row.expires_at <= now or (row.lease_until is not None and row.lease_until <= now)
    ]
    _forget(lost, CodeState.FAILED)
    taken = [row for row in rows if row.pk not in lost and row.state == CodeState.PLANNED]
    Code.objects.filter(pk__in=[row.pk for row in taken]).update(
        state=CodeState.CLAIMED, lease_until=now + LEASE
    )
    return taken


def book(*, sent: Sequence[int], failed: Sequence[int]) -> None:
    """Note what the gateway took and what not, and forget phone and text of both."""
    _forget(sent, CodeState.SENT)
    _forget(failed, CodeState.FAILED)


def _forget(codes: Sequence[int], state: CodeState) -> None:
    Code.objects.filter(pk__in=codes, state__in=UNSENT).update(
        state=state, text=None, phone=None, lease_until=None
    )


def forget_customer(customer_id: int) -> None:
    """Delete the codes that a customer asked for."""
    Code.objects.filter(customer=customer_id).delete()


def forget(*, now: datetime, limit: int = 10_000) -> int:
    """Delete codes made longer than KEPT ago, at most `limit`; return how many."""
    old = Code.objects.filter(made_at__lt=now - KEPT).exclude(state__in=UNSENT)
    return Code.objects.filter(pk__in=old.order_by("made_at").values("pk")[:limit]).delete()[0]
