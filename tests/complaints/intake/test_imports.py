"""Files: what is stored, what is refused and why, and that a second time adds nothing."""

import csv
import io
import time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Customer, Topic
from complaints.spreadsheets import csv_line, inert, restored
from tests.complaints.intake.bodies import make_places
from tests.processes import forked, killed

HEADING = "ID,Type,Lon,Lat,Address,Created,How,Phone"
COLUMNS = (
    "external_id=ID,topic=Type,lon=Lon,lat=Lat,address=Address,occurred_at=Created,"
    "precision=How,customer.phone=Phone"
)
GOOD = '1,no_signal,37.6,55.75,"Полевая, 5",2026-03-25T10:00:00Z,Y,+79161234512'


def arguments(options: dict[str, Any]) -> list[str]:
    return [
        f"--{name.replace('_', '-')}" if one is True else f"--{name.replace('_', '-')}={one}"
        for name, value in options.items()
        for one in (value if isinstance(value, list) else [value])
    ]


class Imported:
    """What one run said and left."""

    def __init__(self, folder: Path, text: str | bytes, **options: Any) -> None:
        self.file = folder / "complaints.csv"
        self.file.write_bytes(text.encode() if isinstance(text, str) else text)
        self.answers = folder / "refused.csv"
        out, progress = io.StringIO(), io.StringIO()
        usual = {
            "source": "file",
            "brand": "demo",
            "columns": COLUMNS,
            "set": "channel=web_form",
            "map": "precision:Y=house,N=street",
            "refused": str(self.answers),
        }
        call_command(
            "import_complaints",
            str(self.file),
            *arguments({**usual, **options}),
            stdout=out,
            stderr=progress,
        )
        self.said, self.progress = out.getvalue(), progress.getvalue()

    @property
    def refused(self) -> list[dict[str, str]]:
        with self.answers.open(encoding="utf-8", errors="surrogateescape", newline="") as answers:
            return list(csv.DictReader(answers))

    @property
    def reasons(self) -> list[str]:
        return [row["refused_because"] for row in self.refused]


@pytest.fixture
def places(db: None) -> None:
    make_places()


def lines(*rows: str) -> str:
    return "\n".join([HEADING, *rows]) + "\n"


@pytest.mark.usefixtures("places")
def test_a_row_becomes_a_complaint_on_the_map(tmp_path: Path):
    imported = Imported(tmp_path, lines(GOOD))

    complaint = Complaint.objects.get()
    assert (complaint.source, complaint.external_id) == ("file", "1")
    assert (complaint.placing, complaint.precision) == ("placed", "house")
    assert (complaint.channel, complaint.address) == ("web_form", "Полевая, 5")
    assert Customer.objects.get().phone == "+79161234512"
    assert "1 rows: 1 created, 0 already there, 0 conflicts, 0 refused" in imported.said
    assert "rows/s" in imported.said
    assert "100%" in imported.progress
    assert imported.refused == []


@pytest.mark.usefixtures("places")
def test_the_same_file_twice_adds_nothing(tmp_path: Path):
    rows = lines(*(GOOD.replace("1", str(number), 1) for number in range(1, 8)))

    Imported(tmp_path, rows)
    again = Imported(tmp_path, rows)

    assert "7 rows: 0 created, 7 already there, 0 conflicts, 0 refused" in again.said
    assert Complaint.objects.count() == 7


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(GOOD.replace("1", "", 1), "external_id", id="no id"),
        pytest.param(GOOD.replace("no_signal", "other"), "topic: there is none", id="topic"),
        pytest.param(GOOD.replace("no_signal", "!"), "topic", id="no topic"),
        pytest.param("2,no_signal,,,,2026-03-25T10:00:00Z,,", "address or a point", id="nowhere"),
        pytest.param(GOOD.replace("55.75", ""), "point.lat", id="half a point"),
        pytest.param(GOOD.replace("55.75", "north"), "point.lat", id="no number"),
        pytest.param(GOOD.replace("55.75", "nan"), "point.lat", id="not a number"),
        pytest.param(GOOD.replace("55.75", "95"), "point.lat", id="off the map"),
        pytest.param(GOOD.replace(",Y,", ",exact,"), "precision", id="precision"),
        pytest.param(GOOD.replace("10:00:00Z", "10:00:00"), "no zone", id="no zone"),
        pytest.param(GOOD.replace("2026-03-25T10", "soon"), "occurred_at", id="no time"),
        pytest.param(GOOD.replace("2026-03-25", "2096-03-25"), "future", id="to come"),
        pytest.param(GOOD.replace("+79161234512", "12"), "customer.phone", id="phone"),
        pytest.param(GOOD.replace("Полевая", "a\x00b"), "address", id="a NUL"),
        pytest.param(f"{GOOD},more", "9 cells under 8 columns", id="too many cells"),
        pytest.param("2,no_signal", "2 cells under 8 columns", id="too few cells"),
        pytest.param(f'3,"{"a" * 200_000}"', "not CSV", id="an endless cell"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_costs_no_other(
    tmp_path: Path, row: str, reason: str
):
    imported = Imported(tmp_path, lines("0" + GOOD, row, "9" + GOOD))

    assert "3 rows: 2 created, 0 already there, 0 conflicts, 1 refused" in imported.said
    assert reason in imported.reasons[0]
    assert Complaint.objects.count() == 2


@pytest.mark.usefixtures("places")
def test_a_refused_row_is_written_as_it_was(tmp_path: Path):
    imported = Imported(tmp_path, lines(GOOD.replace("55.75", "95")))

    [row] = imported.refused
    assert row.pop("refused_because").startswith("point.lat")
    assert ",".join(row) == HEADING
    assert list(row.values()) == [
        "1",
        "no_signal",
        "37.6",
        "95",
        "Полевая, 5",
        "2026-03-25T10:00:00Z",
        "Y",
        "+79161234512",
    ]
    assert imported.answers.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("places")
def test_refused_rows_do_not_calculate_and_can_be_corrected_and_sent_again(tmp_path: Path):
    bad = GOOD.replace("37.6", "-400").replace('"Полевая, 5"', '"=HYPERLINK(""x"")"')

    imported = Imported(tmp_path, lines(bad))
    [row] = imported.refused
    corrected = imported.answers.read_text().replace("-400", "-118.2")
    Imported(tmp_path, corrected)

    assert (row["Lon"], row["Address"]) == ("-400", '\'=HYPERLINK("x")')
    assert Complaint.objects.get().address == '=HYPERLINK("x")'


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "-"])
def test_a_formula_is_made_inert_and_comes_back(text: str):
    assert inert(text) == f"'{text}"
    assert restored(inert(text)) == text


@pytest.mark.parametrize("between", [",", "\t", ", ", ',"', ',"" ', "\n", "\r\n ", '\n"'])
@pytest.mark.parametrize("formula", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "＝1", "--1"])
def test_a_cell_is_inert_where_commas_or_tabs_separate_too_and_comes_back(between, formula):
    text = f"a{between}{formula}"
    line = csv_line(["x", text, 'say "so"', "y"])

    for separator in ",\t":
        rows = csv.reader(io.StringIO(line, newline=""), delimiter=separator)
        parts = [cell for row in rows for cell in row]
        for broken in line.splitlines():
            parts += broken.split(separator)  # by a program that knows no quotes
        assert [p for p in parts if p.strip(' "').startswith(("=", "+", "-", "@", "＝"))] == []
    [[_x, cell, _said, _y]] = csv.reader(io.StringIO(line, newline=""), delimiter=";")
    assert restored(cell) == text


@pytest.mark.parametrize("text", ["1,-2", "55.7,+37.6, -1.5e3", "a, b - c", "Ленина, 5-7", "x,\n"])
def test_plain_numbers_and_words_after_commas_stay(text):
    assert next(csv.reader(io.StringIO(csv_line([text]), newline=""), delimiter=";")) == [text]


@pytest.mark.parametrize("text", ["", "-118.26", "+79161234512", "1e5", "it's", "'quoted'", "a=b"])
def test_other_text_stays_as_it_is(text: str):
    assert inert(text) == restored(text) == text


@pytest.mark.usefixtures("places")
def test_a_changed_row_is_a_conflict_and_changes_nothing(tmp_path: Path):
    Imported(tmp_path, lines(GOOD))

    imported = Imported(tmp_path, lines(GOOD.replace("Полевая", "Лесная")))

    assert "0 created, 0 already there, 1 conflicts, 0 refused" in imported.said
    assert imported.reasons == ["stored before, but differs in address"]
    assert Complaint.objects.get().address == "Полевая, 5"


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("lon", "lat", "address", "placing"),
    [("", "", "Полевая", "waiting"), ("0.0", "0", "Полевая", "waiting"), ("0", "0", "", "review")],
)
def test_a_row_without_a_point_waits_for_one(
    tmp_path: Path, lon: str, lat: str, address: str, placing: str
):
    Imported(tmp_path, lines(f"1,no_signal,{lon},{lat},{address},2026-03-25T10:00:00Z,Y,"))

    assert Complaint.objects.get().placing == placing


@pytest.mark.usefixtures("places")
def test_times_and_topics_are_read_as_the_file_writes_them(tmp_path: Path):
    row = "1,Bulky Items,,,Полевая,12/31/2017 11:59:58 PM,,"

    Imported(
        tmp_path,
        lines(row),
        zone="America/Los_Angeles",
        date_format="%m/%d/%Y %I:%M:%S %p",
        create_topics=True,
        received_at_column="Created",
    )

    complaint = Complaint.objects.get()
    assert complaint.occurred_at.isoformat() == "2018-01-01T07:59:58+00:00"
    assert complaint.received_at == complaint.occurred_at
    assert (complaint.topic.code, complaint.topic.name_ru) == ("bulky-items", "Bulky Items")


@pytest.mark.usefixtures("places")
def test_a_time_of_reception_to_come_is_refused(tmp_path: Path):
    imported = Imported(
        tmp_path,
        lines("1,no_signal,,,Полевая,2026-03-25T10:00:00Z,2096-01-01T00:00:00Z,"),
        columns=[COLUMNS.replace("precision=", "received_at=")],
        map=[],
    )

    assert "received_at" in imported.reasons[0]


@pytest.mark.usefixtures("places")
def test_values_are_mapped_with_one_for_all_others(tmp_path: Path):
    Imported(
        tmp_path,
        "ID;Type;Address;Created;Source\n"
        "1;no_signal;a;2026-03-25T10:00:00Z;Phone\n"
        "2;no_signal;a;2026-03-25T10:00:00Z;Pigeon\n",
        columns=["external_id=ID,topic=Type,address=Address", "occurred_at=Created,channel=Source"],
        set=[],
        map=["channel:Phone=call,*=web_form"],
        delimiter=";",
    )

    channels = Complaint.objects.order_by("external_id").values_list("channel", flat=True)
    assert list(channels) == ["call", "web_form"]


@pytest.mark.usefixtures("places")
def test_a_byte_that_is_not_utf8_spoils_only_its_row(tmp_path: Path):
    text = lines("0" + GOOD, GOOD).encode().replace("Полевая".encode(), b"caf\xe9", 1)

    imported = Imported(tmp_path, b"\xef\xbb\xbf" + text)

    assert "2 rows: 1 created" in imported.said
    assert "address" in imported.reasons[0]
    assert b"caf\xe9" in imported.answers.read_bytes()


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("options", "text", "said"),
    [
        ({"brand": "nobody"}, lines(GOOD), "no brand 'nobody'"),
        ({"columns": ["external_id=Number"]}, lines(GOOD), "no column 'Number'"),
        ({"columns": ["colour=ID"]}, lines(GOOD), "No such field: colour"),
        ({"columns": ["external_id"]}, lines(GOOD), "name=value"),
        ({"zone": "Mars/Base"}, lines(GOOD), "time zone"),
        ({}, "", "no column"),
    ],
)
def test_an_impossible_import_is_refused_at_once(
    tmp_path: Path, options: dict[str, Any], text: str, said: str
):
    with pytest.raises(CommandError, match=said):
        Imported(tmp_path, text, **options)

    assert not Complaint.objects.exists()


@pytest.mark.usefixtures("places")
def test_a_hundred_rows_take_as_many_queries_as_one(tmp_path: Path):
    def queries(first: int, count: int) -> int:
        rows = [f"{number}{GOOD[1:]}" for number in range(first, first + count)]
        with CaptureQueriesContext(connection) as captured:
            Imported(tmp_path, lines(*rows))
        return len(captured)

    # Very few go another way, without a table of their own.
    assert queries(1, 20) == queries(21, 100)


@pytest.mark.django_db(transaction=True)
def test_an_import_that_was_killed_is_completed_by_the_next(tmp_path: Path):
    make_places()
    total = 7_500
    file = tmp_path / "many.csv"
    file.write_text(lines(*(f"{number}{GOOD[1:]}" for number in range(total))))
    command = [
        "import_complaints", str(file),
        "--source=file", "--brand=demo", f"--columns={COLUMNS}", "--set=channel=call",
        "--map=precision:Y=house", f"--refused={tmp_path / 'refused.csv'}",
    ]  # fmt: skip

    running = forked(partial(call_command, *command))
    deadline = time.monotonic() + 60
    while not Complaint.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    running.kill()
    was_killed = killed(running)
    stored = Complaint.objects.count()
    said = io.StringIO()
    call_command(*command, stdout=said)

    assert was_killed
    assert 0 < stored < total
    assert stored % 5000 == 0
    assert f"{total - stored} created, {stored} already there" in said.getvalue()
    assert Complaint.objects.count() == total


LOS_ANGELES = Path("../shared/data/la311/myla311_2017_subset.csv")
SAN_FRANCISCO = Path("../shared/data/sf311/311_service_requests.csv")
ENOUGH = 1500  # rows of a real file: the whole is a trial, not a test


def real(path: Path) -> tuple[str, list[dict[str, str]]]:
    """The first rows of a real file, as text and as read."""
    found = settings.BASE_DIR / path
    if not found.exists():
        pytest.skip("the real data is not here")
    with found.open(encoding="utf-8-sig", newline="") as file:
        rows = list(islice(csv.DictReader(file), ENOUGH))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue(), rows


@pytest.mark.usefixtures("places")
def test_real_requests_of_los_angeles_are_stored(tmp_path: Path):
    text, rows = real(LOS_ANGELES)

    imported = Imported(
        tmp_path,
        text,
        columns=[
            "external_id=SRNumber,topic=RequestType,lon=Longitude,lat=Latitude,address=Address,"
            "occurred_at=CreatedDate,precision=AddressVerified"
        ],
        zone="America/Los_Angeles",
        date_format="%m/%d/%Y %I:%M:%S %p",
        create_topics=True,
        received_at_column="CreatedDate",
    )

    assert f"{ENOUGH} rows: {ENOUGH} created" in imported.said
    placed = sum(1 for row in rows if row["Longitude"])
    assert Complaint.objects.filter(placing="placed").count() == placed
    assert Complaint.objects.filter(placing="waiting").count() == ENOUGH - placed
    assert Topic.objects.count() == 1 + len({row["RequestType"] for row in rows})


@pytest.mark.usefixtures("places")
def test_dirty_requests_of_san_francisco_are_sorted(tmp_path: Path):
    text, rows = real(SAN_FRANCISCO)

    imported = Imported(
        tmp_path,
        text,
        columns=[
            "external_id=unique_key,topic=category,lon=longitude,lat=latitude,"
            "address=incident_address,text=status_notes,occurred_at=created_date"
        ],
        map=[],
        create_topics=True,
    )

    nowhere = sum(1 for row in rows if float(row["latitude"]) == 0 == float(row["longitude"]))
    assert nowhere
    assert f"{ENOUGH} rows: {ENOUGH} created" in imported.said
    assert Complaint.objects.filter(placing="waiting").count() == nowhere
    assert Complaint.objects.filter(placing="placed").count() == ENOUGH - nowhere
