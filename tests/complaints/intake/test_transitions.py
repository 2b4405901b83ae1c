"""Receiving: each complaint once, whoever sends it, however often, with whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.customers.personal import blind_index
from complaints.customers.walls import Walls
from complaints.intake.sent import SentComplaint
from complaints.intake.transitions import ensure_topics, receive, topic_code
from complaints.models import Brand, Complaint, Customer, Region, Topic
from tests.complaints.intake.bodies import make_places, sent
from tests.factories import NOW, make_brand, make_region, make_topic

SENDERS = 16


@pytest.fixture
def places(db: None) -> None:
    make_places()


def outcomes(*complaints: SentComplaint, source: str = "crm", **more: Any) -> list[str]:
    return [receipt.outcome for receipt in receive(complaints, source=source, now=NOW, **more)]


@pytest.mark.usefixtures("places")
def test_a_complaint_is_stored_with_its_customer_and_its_place_on_the_map():
    [receipt] = receive([sent()], source="crm", now=NOW)

    complaint = Complaint.objects.get(pk=receipt.complaint_id)
    customer = complaint.customer
    assert customer is not None
    assert (complaint.source, complaint.external_id, complaint.channel) == ("crm", "SR-1", "call")
    assert complaint.text == "Нет связи дома\nуже час"
    assert complaint.address == "г. Москва, ул. Полевая, д. 5"
    assert (complaint.placing, complaint.precision) == ("placed", "house")
    assert complaint.point is not None
    assert (complaint.point.x, complaint.point.y, complaint.point.srid) == (37.6, 55.75, 4326)
    assert (complaint.received_at, complaint.placed_at) == (NOW, NOW)
    assert complaint.occurred_at == NOW - timedelta(minutes=5)
    assert (complaint.region, complaint.topic) == (Region.objects.get(), Topic.objects.get())
    assert (customer.crm_id, customer.phone, customer.email) == (
        "c-17",
        "+79161234512",
        "ana@example.org",
    )
    assert (customer.segment, customer.ltv, customer.language) == ("mass", 1200.5, "ru")
    assert bytes(customer.phone_index or b"") == blind_index("+79161234512")
    assert customer.described_at == complaint.occurred_at


@pytest.mark.usefixtures("places")
def test_nothing_personal_is_readable_in_the_database():
    receive([sent()], source="crm", now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text, u::text FROM complaints_complaint c, complaints_customer u")
        stored = " ".join(cursor.fetchone())
    for personal in ("9161234512", "ana@example", "Полевая", "Нет связи"):
        assert personal not in stored
        assert personal.encode().hex() not in stored


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("fields", "placing"),
    [
        pytest.param({}, "placed", id="a point and an address"),
        pytest.param({"address": ...}, "placed", id="a point"),
        pytest.param({"point": ..., "precision": ...}, "waiting", id="an address"),
        pytest.param({"point": {"lon": 0, "lat": 0}}, "waiting", id="null island, an address"),
        pytest.param({"point": {"lon": 0, "lat": 0}, "address": ...}, "review", id="null island"),
    ],
)
def test_a_complaint_is_placed_waits_or_is_reviewed(fields: dict[str, Any], placing: str):
    receive([sent(**fields)], source="crm", now=NOW)

    complaint = Complaint.objects.get()
    assert complaint.placing == placing
    assert (complaint.point is None) == (placing != "placed")
    assert (complaint.region is None) == (placing != "placed")


@pytest.mark.usefixtures("places")
def test_a_point_without_a_precision_is_a_houses():
    receive([sent(precision=...)], source="crm", now=NOW)

    assert Complaint.objects.get().precision == "house"


@pytest.mark.usefixtures("places")
def test_a_point_outside_every_region_has_none_and_one_in_two_has_the_older():
    square = Polygon.from_bbox((37.5, 55.7, 37.7, 55.8))
    Region.objects.create(
        code="inner", name_ru="", name_en="", outline=MultiPolygon(square, srid=4326)
    )

    receive(
        [sent(), sent(external_id="SR-2", point={"lon": 0, "lat": 51.5})], source="crm", now=NOW
    )

    regions = Complaint.objects.order_by("external_id").values_list("region__code", flat=True)
    assert list(regions) == ["moscow", None]


@pytest.mark.usefixtures("places")
def test_the_same_again_exists_and_another_body_is_a_conflict_that_changes_nothing():
    [first] = receive([sent()], source="crm", now=NOW)
    [again] = receive([sent()], source="crm", now=NOW + timedelta(days=1))
    [other] = receive(
        [sent(text="else", customer={"id": "c-17", "segment": "vip"})],
        source="crm",
        now=NOW + timedelta(days=1),
    )

    assert (again.outcome, again.complaint_id) == ("exists", first.complaint_id)
    assert (other.outcome, other.complaint_id) == ("conflict", first.complaint_id)
    assert {"text", "customer.segment", "customer.phone"} <= set(other.fields)
    complaint = Complaint.objects.get()
    assert (complaint.text, complaint.received_at) == ("Нет связи дома\nуже час", NOW)
    assert Customer.objects.get().segment == "mass"


@pytest.mark.usefixtures("places")
def test_a_retry_is_known_after_the_complaint_was_moved_and_its_customer_described_anew():
    receive([sent()], source="crm", now=NOW)
    Complaint.objects.update(point=Point(30, 60, srid=4326), precision="street")
    Customer.objects.update(segment="vip")

    assert outcomes(sent()) == ["exists"]


@pytest.mark.usefixtures("places")
def test_the_same_id_of_another_source_is_another_complaint():
    assert outcomes(sent()) == ["created"]
    assert outcomes(sent(), source="bot") == ["created"]


@pytest.mark.usefixtures("places")
def test_twice_in_one_batch_is_once():
    receipts = receive(
        [sent(), sent(), sent(text="else"), sent(external_id="SR-2")], source="crm", now=NOW
    )

    assert [receipt.outcome for receipt in receipts] == [
        "created",
        "exists",
        "conflict",
        "created",
    ]
    assert receipts[2].fields == ("text",)
    assert Complaint.objects.count() == 2


@pytest.mark.usefixtures("places")
def test_a_bad_row_costs_no_good_one():
    make_brand("other")
    walls = Walls(brands=frozenset({make_brand().pk}), regions=None)
    batch = [
        sent(),
        sent(external_id="2", brand="other"),
        sent(external_id="3", topic="none"),
        sent(external_id="4", brand="nobody", topic="none"),
        sent(external_id="5"),
    ]

    receipts = receive(batch, source="crm", now=NOW, walls=walls)

    assert [(receipt.outcome, receipt.fields) for receipt in receipts] == [
        ("created", ()),
        ("invalid", ("brand",)),
        ("invalid", ("topic",)),
        ("invalid", ("brand", "topic")),
        ("created", ()),
    ]
    assert Complaint.objects.count() == 2


@pytest.mark.usefixtures("places")
def test_customers_without_an_id_are_known_by_their_phone_or_e_mail():
    batch = [
        sent(external_id="1", customer={"phone": "8 916 123-45-12"}),
        sent(external_id="2", customer={"phone": "+79161234512", "email": "ana@example.org"}),
        sent(external_id="3", customer={"email": "Bea@example.org"}),
        sent(external_id="4", customer=...),
    ]

    assert outcomes(*batch) == ["created"] * 4

    ids = set(Customer.objects.values_list("crm_id", flat=True))
    phone, email = blind_index("+79161234512"), blind_index("bea@example.org")
    assert phone is not None
    assert email is not None
    assert ids == {f"tel:{phone.hex()}", f"mail:{email.hex()}"}
    assert Complaint.objects.filter(customer=None).count() == 1


@pytest.mark.usefixtures("places")
def test_the_same_customer_id_of_two_brands_is_two_customers():
    make_brand("other")

    receive([sent(), sent(external_id="2", brand="other")], source="crm", now=NOW)

    assert Customer.objects.count() == 2


def described(number: int, day: int, **customer: Any) -> SentComplaint:
    return sent(
        external_id=f"{number}-{day}",
        occurred_at=(NOW - timedelta(days=10 - day)).isoformat(),
        customer={"id": "c-17", **customer},
    )


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize(("at_once", "others"), [(1, 0), (3, 0), (3, 10)])
def test_only_a_newer_description_overwrites_and_an_older_one_fills_in(
    order: tuple[int, ...], at_once: int, others: int
):
    """Others of nobody make them so many that they are copied."""
    told = [
        described(
            0,
            1,
            phone="+79160000001",
            segment="mass",
            ltv=10,
            churn_risk=0.9,
            language="en",
            balance=-5,
            debt=5,
        ),
        described(1, 2, phone="+79160000002", segment="vip", email="a@example.org", language="en"),
        described(2, 3, phone="+79160000003", churn_risk=0, debt=0),
    ]
    batch = [told[number] for number in order]

    nobodies = [sent(external_id=f"other-{number}", customer=...) for number in range(others)]

    for start in range(0, 3, at_once):
        receive([*batch[start : start + at_once], *nobodies], source="crm", now=NOW)

    customer = Customer.objects.get()
    assert (customer.phone, customer.email) == ("+79160000003", "a@example.org")
    assert (customer.segment, customer.ltv, customer.churn_risk) == ("vip", 10, 0)
    assert (customer.balance, customer.debt) == (-5, 0)
    assert customer.described_at == NOW - timedelta(days=7)


@pytest.mark.usefixtures("places")
def test_a_language_stays_until_another_is_told():
    receive([described(0, 1, language="en")], source="crm", now=NOW)
    receive([described(1, 2)], source="crm", now=NOW)

    assert Customer.objects.get().language == "en"


@pytest.mark.usefixtures("places")
def test_history_keeps_when_it_was_received():
    yesterday = NOW - timedelta(days=1)

    receive([sent()], source="crm", now=NOW, received_at=[yesterday])

    complaint = Complaint.objects.get()
    assert (complaint.received_at, complaint.placed_at) == (yesterday, yesterday)


@pytest.mark.usefixtures("places")
def test_five_thousand_take_as_many_queries_as_twenty_and_one_fewer():
    def queries(batch: list[SentComplaint]) -> int:
        with CaptureQueriesContext(connection) as captured:
            receive(batch, source="crm", now=NOW)
        return len(captured)

    one = queries([sent(external_id="one")])
    twenty = queries([sent(external_id=f"of {number}") for number in range(20)])
    many = queries([sent(external_id=str(number)) for number in range(5000)])

    assert one < twenty == many <= 10


@pytest.mark.usefixtures("places")
def test_more_than_five_thousand_at_once_are_refused():
    with pytest.raises(ValueError, match="5000"):
        receive([sent()] * 5001, source="crm", now=NOW)


@pytest.mark.usefixtures("places")
def test_nobody_is_received_in_no_time():
    assert receive([], source="crm", now=NOW) == []


def send_and_hang_up(batch: list[SentComplaint]) -> list[str]:
    try:
        return outcomes(*batch)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_sixteen_senders_of_the_same_complaints_store_each_once():
    make_places()
    complaints = [
        sent(external_id=str(number), customer={"id": f"c-{number % 7}", "ltv": number})
        for number in range(100)
    ]
    batches = [complaints[number:] + complaints[:number] for number in range(0, 5 * SENDERS, 5)]

    with ThreadPoolExecutor(SENDERS) as senders:
        answers = list(senders.map(send_and_hang_up, batches))

    said = [outcome for answer in answers for outcome in answer]
    assert said.count("created") == 100
    assert said.count("exists") == 100 * (SENDERS - 1)
    assert Complaint.objects.count() == 100
    assert Customer.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_sixteen_senders_of_one_complaint_store_it_once():
    make_places()

    with ThreadPoolExecutor(SENDERS) as senders:
        answers = list(senders.map(send_and_hang_up, [[sent()]] * SENDERS))

    assert sorted(answers) == [["created"]] + [["exists"]] * (SENDERS - 1)
    assert Complaint.objects.count() == Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Bulky Items", "bulky-items"),
        ("Metal/Household Appliances", "metalhousehold-appliances"),
        ("no_signal", "no_signal"),
        ("!!!", ""),
    ],
)
def test_a_topics_code_is_made_of_its_name(name: str, code: str):
    assert topic_code(name) == code


def test_codes_of_long_and_russian_names_differ():
    names = [
        "Нет мобильного интернета",
        "Нет мобильной связи",
        "a" * 51,
        "a" * 52,
    ]

    codes = {topic_code(name) for name in names}

    assert len(codes) == 4
    assert all(len(code) <= 50 for code in codes)


@pytest.mark.django_db
def test_topics_are_made_once_and_never_changed():
    make_topic("slow", name_ru="Медленно")

    ensure_topics(["Slow", "Нет\x00 сети"])
    ensure_topics(["Slow", "Нет сети"])

    assert set(Topic.objects.values_list("name_ru", flat=True)) == {"Медленно", "Нет сети"}
    assert Brand.objects.count() == 0
    assert make_region().pk
