"""The pepper of blind indexes is changed while complaints come and people are looked for."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Event

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import BinaryField
from django.utils import timezone

from complaints.customers.cipher import tag_of
from complaints.customers.models import Customer
from complaints.customers.numbers.lines import OwnLine
from complaints.customers.numbers.models import OwnNumber, own_customers
from complaints.customers.numbers.transitions import take_own_numbers
from complaints.customers.personal import blind_index, blind_indexes
from complaints.customers.walls import NO_WALLS
from complaints.geocoding.address import normalise
from complaints.geocoding.models import PlacedAddress
from complaints.intake.models import Complaint, SentKey
from complaints.intake.sent import SentComplaint
from complaints.intake.transitions import receive
from complaints.intake.transitions_of_keys import claim
from feedback.notifications.outbox.models import Receipt
from heatmaps_project.desk import callers
from heatmaps_project.desk.questions import Asked, Question
from heatmaps_project.operations.transitions_of_indexes import COLUMNS, renew
from tests.factories import make_brand, make_complaint, make_customer, make_topic, make_user
from tests.scene import make_scene

NEW = "cDI" + "A" * 40 + "="
PEOPLE = 1200
WHEN = timezone.now() - timedelta(hours=1)
OURS = {"heatmaps.E004", "heatmaps.E005", "heatmaps.W002"}


def peppers(settings) -> tuple[dict, dict, dict]:
    """What is set, step by step: the new one is known, it writes, the former one is gone."""
    old = settings.BLIND_INDEX_PEPPERS
    return {**old, "p2": NEW}, {"p2": NEW, **old}, {"p2": NEW}


def found(phone: str) -> list[int]:
    question = Question(Asked.PHONE, phone)
    return [person.pk for person, _complaint in callers.found(question, walls=NO_WALLS)]


def complaint(number: int, **fields) -> SentComplaint:
    told = {
        "external_id": f"x{number}",
        "brand": "acme",
        "topic": "internet",
        "channel": "call",
        "text": "no net",
        "address": f"Moskva, Polevaya {number}",
        "occurred_at": WHEN,
        "customer": {"phone": phone(number)},
        **fields,
    }
    return SentComplaint.model_validate(told)


def phone(number: int) -> str:
    return f"+7926{number:07}"


def test_every_column_of_indexes_is_known():
    known = {(column.model, column.name) for column in COLUMNS}
    there = {
        (model, field.name)
        for model in apps.get_models()
        if not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if type(field) is BinaryField and field.name.endswith(("_index", "digest"))
    }

    assert len(there) >= 15
    assert there <= known


@pytest.mark.django_db(transaction=True)
def test_everybody_is_found_before_during_and_after_a_change_that_was_killed(settings):
    make_brand("acme"), make_topic("internet")
    for start in range(0, PEOPLE, 400):
        receive([complaint(n) for n in range(start, start + 400)], source="crm", now=timezone.now())
    ours = [phone(n) for n in range(0, PEOPLE, 30)]
    take_own_numbers([OwnLine(number, "test", "") for number in ours])
    who = dict(Customer.objects.values_list("crm_id", "pk"))
    whose = {phone(n): who[f"tel:{blind_index(phone(n)).hex()}"] for n in range(PEOPLE)}
    _known, settings.BLIND_INDEX_PEPPERS, gone = peppers(settings)
    done, asked, twice = Event(), [0], []

    def look() -> None:
        try:
            while not done.is_set():
                number = asked[0] = asked[0] + 7
                twice.append(found(phone(number % PEOPLE)) == [whose[phone(number % PEOPLE)]])
        finally:
            connection.close()

    def take() -> None:
        """Half of them complain again, and are the same people; their retries are told as such."""
        try:
            for number in range(0, PEOPLE, 2):
                again = [complaint(number, external_id=f"y{number}"), complaint(number)]
                receipts = receive(again, source="crm", now=timezone.now())
                assert [one.outcome for one in receipts] == ["created", "exists"]
                if done.is_set():
                    break
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        looks, takes = pool.submit(look), pool.submit(take)
        time.sleep(0.5)
        killed, halves = start_renewing(), 0
        while killed.poll() is None and not 20 < (halves := renewed()) < PEOPLE - 20:
            time.sleep(0.02)
        os.kill(killed.pid, signal.SIGKILL)
        assert killed.wait() == -signal.SIGKILL
        assert 0 < halves < PEOPLE  # it was killed in the middle
        said = StringIO()
        call_command("renew_indexes", stdout=said)
        done.set()
        looks.result()
        takes.result()
    call_command("renew_indexes", stdout=said)

    assert len(twice) > 20
    assert all(twice)
    Complaint.objects.update(received_at=timezone.now() - timedelta(days=8))
    call_command("renew_indexes", stdout=said)
    assert said.getvalue().endswith("Not of p2: 0. without a name can go.\n")
    settings.BLIND_INDEX_PEPPERS = gone
    assert all(found(number) == [pk] for number, pk in list(whose.items())[::10])
    assert Customer.objects.count() == PEOPLE  # nobody is there twice
    assert set(whose.values()) >= set(
        Customer.objects.filter(pk__in=own_customers()).values_list("pk", flat=True)
    )
    assert Customer.objects.filter(pk__in=own_customers()).count() == len(ours)
    receipts = receive([complaint(1, text="else")], source="crm", now=timezone.now())
    assert receipts[0].outcome == "exists"  # too old to say whether its words differ


def renewed() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM complaints_customer WHERE octet_length(phone_index) = 37"
        )
        return int(cursor.fetchone()[0])


def start_renewing() -> subprocess.Popen:
    old = django_settings.BLIND_INDEX_PEPPERS[""]
    name = connection.settings_dict["NAME"]
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    url = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    environment = {**os.environ, "BLIND_INDEX_PEPPER": f"p2:{NEW},{old}", "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "renew_indexes"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.django_db
def test_what_is_there_once_stays_there_once_while_both_write(settings):
    known, both, _gone = peppers(settings)
    take_own_numbers([OwnLine("+79260000001", "test", "")])
    settings.BLIND_INDEX_PEPPERS = both
    take_own_numbers(
        [OwnLine("+79260000001", "employee", "a"), OwnLine("+79260000002", "test", "")]
    )
    settings.BLIND_INDEX_PEPPERS = known  # a process that has not been started anew yet
    take_own_numbers([OwnLine("+79260000002", "test", "b")])

    assert sorted(OwnNumber.objects.values_list("kind", "note")) == [
        ("employee", "a"),
        ("test", "b"),
    ]
    settings.BLIND_INDEX_PEPPERS = both
    call_command("renew_indexes", stdout=StringIO())
    assert {
        tag_of(bytes(one)) for one in OwnNumber.objects.values_list("phone_index", flat=True)
    } == {b"p2\0\0\0"}
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnNumber.objects.create(phone="+79260000001", phone_index=blind_index("+79260000001"))


@pytest.mark.django_db
def test_what_has_no_text_any_more_is_told_and_given_an_index_of_nothing(settings):
    scene = make_scene()
    now = timezone.now()
    claim(source="crm", key="k", body=b"{}", now=now)
    told = {"gateway": "g", "gateway_id": "1", "state": 1, "received_at": now}
    stranger = Receipt.objects.create(address_index=blind_index("+79990000000"), **told)
    former = bytes(stranger.address_index)
    _known, settings.BLIND_INDEX_PEPPERS, _gone = peppers(settings)
    twice = make_customer(phone="+79990000001", phone_index=blind_index("+79990000001"))
    assert claim(source="crm", key="k", body=b"{}", now=now) is False  # the same still

    said = StringIO()
    call_command("renew_indexes", stdout=said)
    assert "feedback_receipt.address_index: 1 left: --rest" in said.getvalue()
    assert "complaints_sentkey.digest: 1 left: within a week" in said.getvalue()
    call_command("renew_indexes", "--rest", stdout=said)

    stranger.refresh_from_db()
    assert bytes(stranger.address_index) not in {former, *blind_indexes("+79990000000")}
    assert found(twice.phone) == [twice.pk]
    for column in COLUMNS:
        if column.goes == "--rest":
            assert not column.of_others().exists(), column
    assert SentKey.objects.filter(key="k").exists()
    assert scene


@pytest.mark.django_db
def test_where_addresses_were_before_is_renewed_as_where_they_are(settings):
    address, index = "Moskva, Polevaya 7", blind_index(normalise("Moskva, Polevaya 7"))
    one = make_complaint(address=address, address_index=index)
    where = {"point": one.point, "precision": "house", "by": make_user(), "at": WHEN}
    PlacedAddress.objects.create(address_index=index, complaint=one, **where)
    gone = PlacedAddress.objects.create(address_index=blind_index("erased"), **where)
    gone.delete()
    _known, settings.BLIND_INDEX_PEPPERS, _gone = peppers(settings)
    history = PlacedAddress.history.order_by("history_date", "pk")
    assert history.count() == 3

    call_command("renew_indexes", stdout=StringIO())
    assert blind_index(normalise(address)) in map(
        bytes, history.values_list("address_index", flat=True)
    )
    call_command("renew_indexes", "--rest", stdout=StringIO())

    tags = {tag_of(bytes(found)) for found in history.values_list("address_index", flat=True)}
    assert tags == {b"p2\0\0\0"}


@pytest.mark.django_db
def test_the_same_receipt_of_both_peppers_is_one(settings):
    customer = make_customer(phone="+79990000001", phone_index=blind_index("+79990000001"))
    told = {"gateway": "g", "gateway_id": "1", "state": 1, "received_at": timezone.now()}
    Receipt.objects.create(address_index=blind_index(customer.phone), **told)
    _known, settings.BLIND_INDEX_PEPPERS, _gone = peppers(settings)
    Receipt.objects.create(address_index=blind_index(customer.phone), **told)

    assert sum(renew(COLUMNS[3], rest=False, now=timezone.now())) == 1

    assert [bytes(one.address_index) for one in Receipt.objects.all()] == [
        blind_index(customer.phone)
    ]


@pytest.mark.django_db
def test_check_tells_of_two_peppers_and_refuses_one_that_is_missed(settings):
    make_customer(phone="+79990000001", phone_index=blind_index("+79990000001"))
    _known, both, gone = peppers(settings)

    def ids() -> list[str]:
        faults = run_checks(tags=["database", "security"], databases=["default"])
        return [one.id for one in faults if one.id in OURS]

    assert ids() == []
    settings.BLIND_INDEX_PEPPERS = {"": NEW}  # another, as if it were the same
    assert ids() == ["heatmaps.E005"]
    settings.BLIND_INDEX_PEPPERS = gone
    assert ids() == ["heatmaps.E005"]
    settings.BLIND_INDEX_PEPPERS = both
    assert ids() == ["heatmaps.W002"]
    call_command("renew_indexes", stdout=StringIO())
    settings.BLIND_INDEX_PEPPERS = gone
    assert ids() == []
    settings.BLIND_INDEX_PEPPERS = {**both, "p2": "short"}
    assert "heatmaps.E004" in ids()
