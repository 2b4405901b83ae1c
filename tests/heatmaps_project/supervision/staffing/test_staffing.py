"""The page of load and agents: calls counted or told, walls, files, and what cannot be asked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.csv_lines import FaultyLinesError, UnreadableFileError
from heatmaps_project.models import HalfHour, Lookup
from heatmaps_project.supervision.staffing.half_lines import HalfLine, halves_of
from heatmaps_project.supervision.staffing.transitions import count_halves, take_halves
from tests.factories import NOW, make_brand, make_lookup, make_user

MOSCOW = ZoneInfo("Europe/Moscow")
HEAD = "start;calls;handle_s\n"


def test_a_file_says_when_how_many_and_how_long():
    content = f"{HEAD}2026-03-09 10:30;42;185,5\n2026-03-09T10:30+05:00;0;\n".encode()

    assert halves_of(content, zone=MOSCOW) == [
        HalfLine(datetime(2026, 3, 9, 7, 30, tzinfo=UTC), 42, 185.5),
        HalfLine(datetime(2026, 3, 9, 5, 30, tzinfo=UTC), 0, None),
    ]


def test_every_faulty_line_is_named():
    rows = [
        *("2026-03-09 10:15;1;", "March;1;", "2026-03-09 10:00;-1;", "2026-03-09 10:00;1.5;"),
        *("2026-03-09 10:00;nan;", "2026-03-09 10:00;1;9999", "2026-03-09 11:00;1;"),
        *("2026-03-09 11:00;1;", "2026-03-09 10:00;99999999;"),
    ]
    with pytest.raises(FaultyLinesError) as refused:
        halves_of((HEAD + "\n".join(rows)).encode(), zone=MOSCOW)

    told = [(fault.line, fault.why) for fault in refused.value.faults]
    assert told == [
        *((2, "start"), (3, "start"), (4, "calls"), (5, "calls"), (6, "calls")),
        *((7, "handle_s"), (9, "twice"), (10, "calls")),
    ]
    with pytest.raises(UnreadableFileError):
        halves_of(b"when;what\n", zone=MOSCOW)


@pytest.mark.django_db
def test_a_call_counts_once_in_the_half_hour_that_it_began_in_however_often_it_is_counted():
    start = datetime(2026, 3, 9, 7, tzinfo=UTC)
    brand = make_brand()
    for minute, call in ((1, 1), (29, 2), (31, 2), (31, 3), (59, 4)):
        at = start + timedelta(minutes=minute)
        make_lookup(at=at, call=UUID(int=10**9 + call), brand=brand)
    Lookup.objects.create(call=UUID(int=1), at=start, origin="own", asked="address", took_ms=1)
    make_lookup(at=start - timedelta(days=100))

    def counted() -> list[tuple[datetime, int]]:
        rows = HalfHour.objects.filter(source="lookups").order_by("began_at")
        return list(rows.values_list("began_at", "calls"))

    count_halves(now=start + timedelta(minutes=30))
    early = counted()
    count_halves(now=start + timedelta(hours=5))
    make_lookup(at=start + timedelta(minutes=59, seconds=30), brand=brand)
    count_halves(now=start + timedelta(hours=6))
    count_halves(now=start + timedelta(hours=6))

    long_ago = (start - timedelta(days=100), 1)
    assert early == [long_ago, (start, 2)]
    assert counted() == [long_ago, (start, 2), (start + timedelta(minutes=30), 3)]


@pytest.fixture(name="_now")
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        yield


def told(brand, calls: int, *, weeks: int = 9, hour: int = 10, handle_s=180.0) -> None:
    """The same calls at one half-hour of each day, until yesterday."""
    today = NOW.astimezone(MOSCOW).replace(hour=hour, minute=0, second=0, microsecond=0)
    lines = [HalfLine(today - timedelta(days=n), calls, handle_s) for n in range(1, 7 * weeks + 1)]
    take_halves(brand=brand, lines=lines)


@pytest.mark.usefixtures("_now")
def test_the_page_says_how_many_agents_a_day_takes(signed_in, django_assert_max_num_queries):
    told(make_brand(), 100)
    for n in range(1, 8):  # whoever is told of by the file is not counted again
        at = NOW - timedelta(days=n)
        HalfHour.objects.create(source="lookups", brand=make_brand(), began_at=at, calls=7)
        HalfHour.objects.create(source="lookups", began_at=at, calls=7)
    client = signed_in(make_user("planner", language="en"))

    with django_assert_max_num_queries(16):
        page = client.get(reverse("staffing"))
    table = page.context["table"]
    row = table.rows[20]

    assert (row.calls, row.week_before, row.staffed.agents) == (100, 100, 14)
    assert (row.error.n, row.error.percent) == (28, 0)
    assert table.errors.weighted == 0
    assert (table.handle_s, table.measured, table.most, table.hours) == (180, True, 14, 7)
    assert "A call takes 180 s" in page.content.decode()
    strict = client.get(reverse("staffing"), {"share": 95, "seconds": 5, "handle": 300})
    assert strict.context["table"].rows[20].staffed.agents > 14
    file = b"".join(client.get(reverse("staffing"), {"as": "csv"}).streaming_content).decode()
    assert file.splitlines()[21].startswith("10:00;100.0;100.0;14;")


@pytest.mark.usefixtures("_now")
def test_of_less_than_two_weeks_the_page_says_so(signed_in):
    told(make_brand(), 100, weeks=1)

    page = signed_in(make_user("planner", language="en")).get(reverse("staffing"))

    assert page.context["table"].rows == []
    assert "two weeks of calls are needed" in page.content.decode()


@pytest.mark.usefixtures("_now")
def test_another_brands_calls_are_not_counted_nor_taken(signed_in):
    rival = make_brand("rival")
    told(make_brand(), 10)
    told(rival, 90)

    table = signed_in("supervisor").get(reverse("staffing")).context["table"]
    both = signed_in("administrator").get(reverse("staffing")).context["table"]

    assert (table.rows[20].calls, both.rows[20].calls) == (10, 100)
    client = signed_in("supervisor")
    assert client.get(reverse("staffing"), {"brand": rival.pk}).status_code == 404
    before = HalfHour.objects.filter(brand=rival).count()
    client.post(reverse("staffing-import"), sent(rival, "2026-03-09 10:00;1;"))
    assert HalfHour.objects.filter(brand=rival).count() == before


def sent(brand, rows: str) -> dict[str, object]:
    file = SimpleUploadedFile("calls.csv", (HEAD + rows).encode())
    return {"brand": brand.pk, "file": file}


@pytest.mark.usefixtures("_now")
def test_a_file_is_taken_as_a_whole_and_told_again_replaces(signed_in):
    brand, client = make_brand(), signed_in("supervisor")

    def post(rows: str) -> str:
        page = client.post(reverse("staffing-import"), sent(brand, rows), follow=True)
        return page.content.decode()

    assert "<li>" in post("2026-03-09 10:00;1;\n2026-03-09 10:20;1;\n")
    assert not HalfHour.objects.exists()
    post("2026-03-09 10:00;1;\n2026-03-09 10:30;5;60\n")
    post("2026-03-09 10:00;3;120\n")

    rows = HalfHour.objects.order_by("began_at").values_list("calls", "handle_s")
    assert list(rows) == [(3, 120), (5, 60)]


@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize(
    "asked",
    [
        {"day": "2020-01-01"},
        {"day": "9999-12-31"},
        {"day": "today"},
        {"share": 100},
        {"seconds": 0},
        {"handle": 1e9},
        {"brand": 10**9},
        {"as": "pdf"},
    ],
)
def test_what_cannot_be_asked_is_not_found(signed_in, asked):
    assert signed_in("planner").get(reverse("staffing"), asked).status_code == 404
