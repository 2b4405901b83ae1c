"""A gift is given once, within the limits, under two clicks and threads; its code shown once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from complaints.csv_lines import FaultyLinesError
from complaints.customers.consent import OptOut
from feedback.goodwill import transitions
from feedback.goodwill.given import Given
from feedback.goodwill.models import GiftCode, GoodwillBudget
from feedback.models import Message
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_customer,
    make_followup,
    make_gift,
    make_given,
    make_goodwill_limit,
    make_invitation,
    make_user,
)

pytestmark = pytest.mark.django_db
REPORT = reverse("admin:feedback_given_report")


def gift_of(**more) -> dict:
    """What giving a gift needs."""
    make_goodwill_limit()
    said = {"reason": "apology", "note": "", "now": NOW, "key": uuid4(), **more}
    said["gift_id"] = more.get("gift_id") or make_gift().pk
    said["customer_id"] = more.get("customer_id") or make_customer().pk
    said["by"] = more.get("by") or make_user("dispatcher")
    return said


def test_a_gift_has_the_next_code_and_the_same_click_again_is_the_same_gift():
    said = gift_of()

    first, again = transitions.give(**said), transitions.give(**said)

    assert first == again == Given.objects.get()
    assert first.code == GiftCode.objects.filter(gift=said["gift_id"]).earliest("pk")
    assert GiftCode.objects.filter(gift=said["gift_id"], taken=False).count() == 1


def test_the_customer_is_told_the_code_once_and_staff_see_it_masked(signed_in):
    said = gift_of(customer_id=make_customer(language="en").pk)

    given = transitions.give(**said)
    transitions.give(**said)

    message = Message.objects.get()
    code = given.code.code
    assert (message, message.reason, message.channel) == (given.message, "gift", "sms")
    assert code in message.text
    assert given.gift.name_en in message.text
    client = signed_in("supervisor")
    for address in ("message_changelist", "message_change", "given_change"):
        row = {"message_change": message.pk, "given_change": given.pk}.get(address)
        arguments = [] if row is None else [row]
        page = client.get(reverse(f"admin:feedback_{address}", args=arguments))
        assert page.status_code == 200
        assert code not in page.content.decode()


@pytest.mark.parametrize("fields", [{"phone": "", "email": ""}, {}])
def test_whoever_wants_no_offers_or_has_no_contact_is_sent_no_code(fields):
    customer = make_customer(**fields)
    if not fields:
        OptOut.objects.create(customer=customer, purpose="marketing", at=NOW, told_by="web")

    given = transitions.give(**gift_of(customer_id=customer.pk))

    assert given.message is None
    assert not Message.objects.exists()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_whose_month_a_gift_counts_in_is_not_said_by_the_zone_its_giver_reads_clocks_in(zone):
    said = gift_of(now=datetime(2026, 3, 31, 12, tzinfo=UTC))
    later = {**said, "key": uuid4(), "customer_id": make_customer().pk}

    with timezone.override(zone):
        here = transitions.give(**said)
        next_day = transitions.give(**{**later, "now": datetime(2026, 4, 1, 6, tzinfo=UTC)})

    assert (here.month, next_day.month) == (date(2026, 3, 1), date(2026, 4, 1))


def test_one_more_than_the_limit_is_refused_and_takes_no_code():
    said = gift_of()
    transitions.give(**said)

    with pytest.raises(transitions.RefusedError):
        transitions.give(**{**said, "key": uuid4()})
    transitions.give(**{**said, "key": uuid4(), "now": NOW + timedelta(days=31)})  # another month

    assert Given.objects.count() == 2


@pytest.mark.parametrize(
    "more",
    [
        {"by": "engineer"},
        {"gift": {"codes": 0}},
        {"gift": {"active": False}},
        {"gift": {"cost": 1001}},
        {"gift": {"brand": "rival"}},
        {"budget": 499},
        {"customer": "rival"},
    ],
    ids=str,
)
def test_what_is_not_allowed_is_refused(more):
    fields = more.get("gift", {})
    if "brand" in fields:
        fields = {**fields, "brand": make_brand(fields["brand"])}
    if "budget" in more:
        GoodwillBudget.objects.create(brand=make_brand(), money=more["budget"])
    said = gift_of(by=make_user(more.get("by", "dispatcher")), gift_id=make_gift(**fields).pk)
    if "customer" in more:
        said["customer_id"] = make_customer(brand=make_brand("walled")).pk

    with pytest.raises(transitions.RefusedError):
        transitions.give(**said)

    assert not Given.objects.exists()
    assert not GiftCode.objects.filter(taken=True).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("same", "expected"), [("key", 1), ("customer", 1), ("nothing", 2)], ids=str
)
def test_two_at_once_give_no_more_than_the_limit_and_no_code_twice(same, expected):
    first = gift_of()
    second = {**first, "key": first["key"] if same == "key" else uuid4()}
    if same == "nothing":
        second["customer_id"] = make_customer().pk

    outcomes = _at_once(lambda: transitions.give(**first), lambda: transitions.give(**second))

    assert Given.objects.count() == expected
    assert GiftCode.objects.filter(taken=True).count() == expected
    assert outcomes <= {"done", "RefusedError"}


@pytest.mark.django_db(transaction=True)
def test_a_code_is_shown_once_however_many_look_at_once():
    by = make_user("dispatcher")
    row = transitions.give(**gift_of(by=by))
    told: list[str] = []

    _at_once(*(lambda: told.append(transitions.show_code(given_id=row.pk, by=by, now=NOW)),) * 2)

    assert told == [row.code.code]


def _at_once(*calls: Callable[[], object]) -> set[str]:
    start, outcomes = Barrier(len(calls), timeout=60), []

    def run(call: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()  # what is tried is the work, not fifty greetings at once
            start.wait()
            call()
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return set(outcomes)


def test_a_file_with_a_code_that_is_known_is_not_taken_at_all():
    gift = make_gift(codes=1)
    known = GiftCode.objects.get().code
    by = make_user("administrator")

    with pytest.raises(FaultyLinesError) as refused:
        transitions.fill_pool(
            gift=gift, codes={"NEW-1": 2, known: 3}, file_name="x", by=by, now=NOW
        )

    assert [fault.line for fault in refused.value.faults] == [3]
    assert GiftCode.objects.count() == 1


def test_the_page_of_a_pool_names_the_lines_and_takes_a_whole_file(signed_in):
    gift = make_gift(codes=0)
    client = signed_in("administrator")
    address = reverse("admin:feedback_gift_codes", args=[gift.pk])

    def sent(content: bytes):
        return client.post(address, {"file": SimpleUploadedFile("codes.csv", content)})

    refused = sent(b"code\nGOOD-1\nbad code\n").content.decode()
    sent(b"code\nGOOD-1\nGOOD-2\n")

    assert "3" in refused
    assert GiftCode.objects.count() == 2


def test_a_gift_is_given_on_the_page_masked_and_its_code_shown_once(signed_in):
    make_goodwill_limit("supervisor")
    gift, row = make_gift(), make_followup()
    client = signed_in("supervisor")
    address = reverse("admin:feedback_given_give", args=[row.customer_id])
    said = {"key": uuid4(), "gift": gift.pk, "reason": "apology"}

    client.post(f"{address}?followup={row.pk}", said)

    given = Given.objects.get()
    code = given.code.code
    page = client.get(reverse("admin:feedback_given_change", args=[given.pk])).content.decode()
    show = reverse("admin:feedback_given_code", args=[given.pk])
    shown = [client.post(show, follow=True).content.decode() for _ in range(2)]
    assert given.followup == row
    assert code not in page
    assert [code in one for one in shown] == [True, False]


def test_nothing_is_given_or_shown_behind_a_wall(client):
    reader = make_user("supervisor", everywhere=False)
    reader.brands.add(make_brand())
    client.force_login(reader, backend="heatmaps_project.accounts.backends.RoleBackend")
    foreign = make_customer(brand=make_brand("rival"))
    row = make_given(customer=foreign, cost=777)

    asked = [
        client.get(reverse("admin:feedback_given_give", args=[foreign.pk])),
        client.post(reverse("admin:feedback_given_code", args=[row.pk])),
    ]

    assert [one.status_code for one in asked] == [404, 404]
    report = client.get(REPORT).content.decode()
    assert "777" not in report
    assert "rival" not in report


@time_machine.travel(NOW + timedelta(days=3), tick=False)
def test_the_report_counts_money_and_ratings_in_a_fixed_number_of_queries(
    signed_in, django_assert_max_num_queries
):
    client = signed_in("supervisor")
    for _ in range(12):
        customer = make_customer()
        make_answer(2, invitation=make_invitation(customer=customer), at=NOW - timedelta(days=2))
        make_answer(4, invitation=make_invitation(customer=customer), at=NOW + timedelta(days=2))
        make_given(customer=customer, by=make_user("supervisor"))

    with django_assert_max_num_queries(15):
        page = client.get(REPORT)

    found = page.context_data["ratings"]
    assert (found.pairs, found.before, found.after) == (12, 2.0, 4.0)
    assert page.context_data["months"][0].money == 6000


def test_no_more_codes_are_shown_to_one_person_within_an_hour_than_customers(settings, signed_in):
    """Rules give one to everybody who has a birthday: who shows them all can spend them all."""
    settings.REVEAL_QUOTA_PER_HOUR = 2
    gift, by = make_gift(codes=4), make_user("dispatcher")
    rows = [transitions.give(**gift_of(gift_id=gift.pk)) for _ in range(4)]
    client = signed_in(by)

    with time_machine.travel(NOW, tick=False):
        for row in rows:
            client.post(reverse("admin:feedback_given_code", args=[row.pk]))
        seen = Given.objects.filter(shown_by=by)
        assert seen.count() == 2
        other = make_user("supervisor")
        transitions.show_code(given_id=rows[2].pk, by=other, now=NOW)
    later = NOW + timedelta(hours=1)
    assert transitions.show_code(given_id=rows[3].pk, by=by, now=later)
