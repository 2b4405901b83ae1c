"""What the staff wrote of a single case is of its one customer, and goes with them."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from complaints.models import Complaint
from heatmaps_project.customers.retention.kinds import Kind
from heatmaps_project.customers.retention.transitions import end_some
from heatmaps_project.customers.transitions import erase
from spots.cases import transitions
from spots.cases.comments.transitions import File, comment
from spots.models import Attachment, Case, Event, LedgerEntry
from tests.factories import NOW, make_complaint, make_customer, make_policy, make_user

pytestmark = pytest.mark.django_db
WORDS = "Анне с Несравненной, 7, сказано: мачта завтра"


def picture() -> File:
    drawn = BytesIO()
    Image.new("RGB", (4, 2), "red").save(drawn, "PNG")
    return File("house.png", drawn.getvalue())


@pytest.fixture(name="case")
def _case() -> Case:
    """A single case that was answered, talked of and dismissed."""
    make_policy()
    complaint = make_complaint(customer=make_customer())
    by = make_user("dispatcher")
    case = transitions.open_single(complaint_id=complaint.pk, by=by, now=NOW)
    transitions.answer(case_id=case.pk, text=WORDS, by=by, now=NOW)
    comment(case_id=case.pk, text=WORDS, files=[picture()], by=by, now=NOW)
    transitions.dismiss(case_id=case.pk, dismissed_for="other", note=WORDS, by=by, now=NOW)
    assert LedgerEntry.objects.filter(reason=WORDS).exists()  # else nothing is tried
    return case


def said() -> set[str]:
    notes = Event.objects.values_list("note", flat=True)
    return {*notes, *LedgerEntry.objects.values_list("reason", flat=True)} - {""}


def customer_of(case: Case) -> int:
    customer = Complaint.objects.get(memberships__case=case).customer_id
    assert customer is not None
    return customer


def test_of_who_is_erased_no_word_and_no_picture_stays_and_that_there_was_one_does(case):
    kinds = list(Event.objects.order_by("pk").values_list("kind", "by", "at"))

    erase(customer_id=customer_of(case), by="crm", now=NOW)

    assert WORDS not in said()
    assert not Attachment.objects.exists()
    assert list(Event.objects.order_by("pk").values_list("kind", "by", "at")) == kinds


def test_words_end_at_their_age(case):
    later = NOW + timedelta(days=400)
    for kind in (Kind.PLACES, Kind.COMPLAINTS):
        assert WORDS in said()
        assert end_some(kind, case.brand_id, before=later, now=later) == 1

    assert WORDS not in said()
    assert Attachment.objects.exists()


def test_others_single_cases_and_spots_keep_theirs_and_nothing_else_may_be_rewritten(case):
    other = make_customer()
    make_complaint(customer=other)

    erase(customer_id=other.pk, by="crm", now=NOW)

    assert WORDS in said()
    assert Attachment.objects.exists()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.update(note="")
