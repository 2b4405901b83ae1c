"""Sweeps that delete go on until nothing is left, however much came since the last."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.imports.tasks import forget_imports
from complaints.intake import transitions_of_keys
from complaints.intake.tasks import forget
from complaints.models import ImportPart, SentKey
from complaints.portions import until_none_is_left
from heatmaps_project.desk.models import Lookup
from heatmaps_project.desk.tasks import forget_lookups
from tests.factories import make_complaint_import, make_lookup


def test_portions_follow_one_another_until_one_is_empty_or_the_time_is_over():
    portions = [5, 5, 2, 0, 9]

    assert until_none_is_left(lambda: portions.pop(0)) == 12
    assert portions == [9]
    assert until_none_is_left(lambda: 5, patience_s=-1.0) == 5


@pytest.mark.django_db
def test_files_of_people_that_can_be_undone_no_more_all_go():
    at = timezone.now() - timedelta(days=40)
    for _number in range(3):
        of = make_complaint_import(state="done", began_at=at, ended_at=at, made_at=at)
        ImportPart.objects.create(of=of, number=0, rows=1)

    forget_imports()

    assert not ImportPart.objects.exists()


@pytest.mark.django_db
def test_more_keys_and_lookups_than_a_portion_all_go(monkeypatch):
    old = timezone.now() - timedelta(days=500)
    monkeypatch.setitem(transitions_of_keys.forget_keys.__kwdefaults__, "limit", 2)
    SentKey.objects.bulk_create(
        SentKey(source="crm", key=str(number), digest=b"", at=old) for number in range(5)
    )
    for _number in range(3):
        make_lookup(at=old)

    forget()
    forget_lookups()

    assert not SentKey.objects.exists()
    assert not Lookup.objects.exists()
