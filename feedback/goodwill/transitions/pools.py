"""Files of codes, each taken whole or not at all: what fills a pool, and what was used of it."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from complaints.csv_lines import Fault, FaultyLinesError
from complaints.customers.one_index import bring
from complaints.customers.personal import blind_index
from feedback.goodwill.models import CodeImport, Gift, GiftCode, Reconciliation

_BATCH = 2000


@transaction.atomic
def fill_pool(
    *, gift: Gift, codes: Mapping[str, int], file_name: str, by: AbstractUser, now: datetime
) -> CodeImport:
    """
    Put codes into a gift's pool.

    codes  each with the number of its line

    :raises FaultyLinesError: some are in a pool already, of whatever gift: nothing is taken
    """
    # The gift's row is the lock: the same file, sent twice at once, is refused the second time.
    Gift.objects.select_for_update(no_key=True).get(pk=gift.pk)
    bring(GiftCode, "code_index", codes)
    indexes = {blind_index(code) or b"": code for code in codes}
    known = []
    keys = [*indexes]
    for start in range(0, len(keys), _BATCH):
        rows = GiftCode.objects.filter(code_index__in=keys[start : start + _BATCH])
        known += [bytes(index) for index in rows.values_list("code_index", flat=True)]
    if known:
        lines = sorted(codes[indexes[index]] for index in known)
        raise FaultyLinesError([Fault(line, "known") for line in lines])
    imported = CodeImport.objects.create(
        gift=gift, at=now, by_id=by.pk, file_name=file_name[:200], codes=len(codes)
    )
    GiftCode.objects.bulk_create(
        (
            GiftCode(gift=gift, imported=imported, code=code, code_index=index)
            for index, code in indexes.items()
        ),
        batch_size=_BATCH,
    )
    return imported


@transaction.atomic
def reconcile(
    *, gift: Gift, codes: Mapping[str, int], file_name: str, by: AbstractUser, now: datetime
) -> Reconciliation:
    """
    Note which codes of a pool were used, as whoever redeems them tells; the same told again counts
    the same. A code that was used though nobody was given it is given to nobody.

    codes  each with the number of its line
    """
    Gift.objects.select_for_update(no_key=True).get(pk=gift.pk)
    bring(GiftCode, "code_index", codes)
    keys = [blind_index(code) or b"" for code in codes]
    given = stray = 0
    for start in range(0, len(keys), _BATCH):
        rows = GiftCode.objects.filter(gift=gift, code_index__in=keys[start : start + _BATCH])
        taken = list(rows.select_for_update().order_by("pk").values_list("taken", flat=True))
        rows.update(used=True)
        given, stray = given + sum(taken), stray + len(taken) - sum(taken)
    return Reconciliation.objects.create(
        gift=gift,
        at=now,
        by_id=by.pk,
        file_name=file_name[:200],
        given=given,
        stray=stray,
        unknown=len(codes) - given - stray,
    )
