"""What the staff write of a case holds no customer's phone or address of mail."""

import time

import pytest

from complaints.customers import in_words
from complaints.customers.in_words import without_customers
from complaints.customers.personal import blind_index
from spots.cases.comments.transitions import File, comment
from spots.cases.transitions import dismiss
from spots.cases.transitions.promises import promise
from spots.models import Attachment, Event, LedgerEntry
from tests.factories import NOW, make_customer, make_policy, make_spot, make_user

pytestmark = pytest.mark.django_db
PHONE, MAIL = "+79261234512", "ivan@example.org"


@pytest.fixture(autouse=True)
def _customer(db):
    make_customer(
        phone=PHONE,
        phone_index=blind_index(PHONE),
        email=MAIL,
        email_index=blind_index(MAIL),
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("звонил 8 926 123-45-12, ждёт", "звонил +7 926 ***-**-12, ждёт"),
        ("8.926.123.45.12 и 9261234512", "+7 926 ***-**-12 и +7 926 ***-**-12"),
        ("заявка 5 +7 (926) 123–45–12", "заявка 5 +7 926 ***-**-12"),
        ("до 12.05.2026 8(926)1234512", "до 12.05.2026 +7 926 ***-**-12"),
        ("пишет с Ivan@Example.org", "пишет с I***@***.org"),
    ],
)
def test_a_customers_phone_and_mail_are_masked_however_they_are_written(written, kept):
    assert without_customers(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "сторож: 8 916 765-43-21, ключи у него",
        "заявка 12345678, 2026-11-28 14:30",
        "noc@operator.example",
        "",
    ],
)
def test_whoever_else_can_be_reached_stays(written):
    assert without_customers(written) == written


def test_a_comment_and_a_reason_are_kept_so(django_assert_num_queries):
    """Every role that sees cases reads them, for good: what a look shows is not passed on there."""
    by, case = make_user("dispatcher"), make_spot()

    comment(case_id=case.pk, text=f"call {PHONE} back", by=by, now=NOW)

    assert Event.objects.latest("pk").note == "call +7 926 ***-**-12 back"
    with django_assert_num_queries(0):
        without_customers("нет связи с 12:30")


def test_a_long_text_is_looked_through_in_no_time():
    began = time.process_time()

    for written in ("1 " * 2500, "1" * 5000, "a@" * 2500, "a." * 2500):
        without_customers(written)

    assert time.process_time() - began < 10


def test_a_list_of_phones_does_not_tell_whose_they_are():
    """Whoever writes is shown what was kept: of many phones it would say which are customers'."""
    others = [f"+7916765432{digit}" for digit in range(5)]

    few, many = without_customers(" ".join(others)), without_customers(" ".join([PHONE, *others]))

    assert few == " ".join(others)
    assert many == " ".join(["+7 926 ***-**-12", *(f"+7 916 ***-**-2{n}" for n in range(5))])


def test_nor_do_many_texts_of_one_author(monkeypatch):
    """Five at a time, 235,000 an hour were told apart, of every brand."""
    monkeypatch.setattr(in_words, "MOST_A_DAY", 5)
    others, more = (" ".join(f"+7916765432{n}" for n in row) for row in ((0, 1, 2), (3, 4, 5)))

    assert without_customers(others, by=1) == others
    assert without_customers(f"{PHONE} {more}", by=1).count("***") == 4
    assert without_customers(more, by=2) == more


def test_why_a_case_was_dismissed_is_kept_so_in_the_record_of_its_promises():
    make_policy()
    case = make_spot(state="accepted", opened_at=NOW)
    promise(case, since=NOW, now=NOW)

    dismiss(case_id=case.pk, dismissed_for="other", note=f"call {PHONE}", by=None, now=NOW)

    stopped = LedgerEntry.objects.filter(kind="stopped").values_list("reason", flat=True)
    assert {*stopped} == {"call +7 926 ***-**-12"}


def test_the_name_of_a_file_is_words_of_the_staff_too():
    case, by = make_spot(), make_user("engineer")

    comment(
        case_id=case.pk,
        text="",
        files=[File("8-926-123-45-12 mast.txt", b"see")],
        by=by,
        now=NOW,
    )

    assert Attachment.objects.get().name == "+7 926 ***-**-12 mast.txt"
