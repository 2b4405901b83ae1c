"""Files of complaints handed in by people: read, mapped, run in parts, stopped, undone."""

import io
import json
import time
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from operator import attrgetter

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse
from django.utils import timezone, translation
from openpyxl import Workbook
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from complaints.customers.walls import Walls
from complaints.handed_in.transitions import ImportRefusedError, claim
from complaints.imports import (
    page,
    running,
    transitions,
    transitions_of_parts,
    unpacking,
    workbook_strings,
)
from complaints.imports.mapping import Told, guessed, layout_of
from complaints.imports.workbook_strings import Strings
from complaints.models import Complaint, ComplaintImport, ImportPart, ImportPiece
from complaints.uploads import BoundedUploadHandler
from tests.factories import make_brand, make_topic, make_user

pytestmark = pytest.mark.django_db
HEAD = "Номер;Тема;Дата;Адрес;Телефон;Текст\n"
GOOD = HEAD + "".join(
    f"A-{n};Нет сети;25.03.2026 14:{n:02};Мытищи, ул. Полевая, {n};8 926 000-00-{n:02};Плохо\n"
    for n in range(1, 6)
)


@pytest.fixture(autouse=True)
def _in_english():
    make_topic()
    with translation.override("en"):
        yield


def uploaded(text=GOOD, name="crm.csv", **said) -> ComplaintImport:
    content = text if isinstance(text, bytes) else text.encode()
    row = {"brand": make_brand(), "source": "crm", "language": "en", "now": timezone.now(), **said}
    row.setdefault("by", make_user("administrator"))
    pieces = [content[start : start + 100] for start in range(0, len(content), 100)]
    return transitions.upload(pieces, name=name, **row)


def work(row: ComplaintImport) -> ComplaintImport:
    running.run_waiting(now=timezone.now())
    row.refresh_from_db()
    return row


def told(row: ComplaintImport, **more) -> Told:
    known = Told.of(row.layout)
    columns = {**known.columns, **more.pop("columns", {})}
    constants = {"channel": "call", **more.pop("constants", {})}
    return Told(columns, constants, "Europe/Moscow", more.get("date_format", "%d.%m.%Y %H:%M"))


def ready(text=GOOD, name="crm.csv", **more) -> ComplaintImport:
    row = work(uploaded(text, name))
    transitions.tell_columns(row.pk, told(row, **more))
    row.refresh_from_db()
    return row


def moved(row: ComplaintImport, name: str) -> ComplaintImport:
    transitions.move(row.pk, name, by=row.by, now=timezone.now())
    row.refresh_from_db()
    return row


def done(text=GOOD, name="crm.csv", **more) -> ComplaintImport:
    return work(moved(ready(text, name, **more), "begin"))


def test_columns_are_guessed_by_their_names_and_rows_become_complaints():
    row = done()

    assert (row.state, row.rows, row.done, row.created) == ("done", 5, 5, 5)
    one = Complaint.objects.get(external_id="A-1")
    assert (one.source, one.channel, one.topic.code) == ("file:crm", "call", "no_signal")
    assert (one.customer.phone, one.address) == ("+79260000001", "Мытищи, ул. Полевая, 1")
    assert one.occurred_at.isoformat() == "2026-03-25T11:01:00+00:00"
    assert not ImportPiece.objects.exists()


def test_nothing_of_a_file_lies_in_the_database_readable():
    row = ready()
    uploaded()

    kept = [bytes(piece.content) for piece in ImportPiece.objects.all()]
    kept += [bytes(part.content) for part in row.parts.all()]
    assert len(kept) > 2
    assert not any("Полевая".encode() in one or b"926" in one for one in kept)


def test_what_was_said_of_a_source_is_remembered_for_its_next_file():
    ready(columns={"text": "Адрес"})

    again = work(uploaded(GOOD.replace("Телефон", "Тел. абонента"), name="next.csv"))

    assert Told.of(again.layout).columns["text"] == "Адрес"
    assert "customer.phone" not in Told.of(again.layout).columns
    other = work(uploaded(source="other"))
    assert Told.of(other.layout).columns["text"] == "Текст"


def test_the_preview_shows_what_the_first_rows_become_and_what_is_wrong():
    bad = "B-1;Нет такой;25.03.2026 14:00;Мытищи, 1;;\nB-2;Нет сети;завтра;Мытищи, 1;12;\n"

    shown = page.preview(ready(GOOD + bad + "B-3;short\n"), now=timezone.now())

    assert (shown["fine"], shown["wrong"]) == (5, 3)
    assert shown["good"][0]["customer"] == "+7 926 ***-**-01"
    assert [(one["line"], one["reason"]) for one in shown["errors"]] == [
        ("7", "topic is none that we know"),
        ("8", "when it occurred is no time written as was said"),
        ("9", "it has another number of cells than there are columns"),
    ]
    assert not Complaint.objects.exists()


def test_refused_rows_come_back_corrected():
    row = done(GOOD + "B-2;Нет сети;завтра;=Мытищи, 1;;\n")
    assert (row.created, row.refused) == (5, 1)

    lines = "".join(page.refused_csv(row))
    assert lines.splitlines()[1].startswith("when it occurred is no time written as was said;7;B-2")
    again = done(lines.replace("завтра", "25.03.2026 14:10"), name="refused.csv")

    assert (again.rows, again.created, again.refused) == (1, 1, 0)
    assert Complaint.objects.get(external_id="B-2").address == "=Мытищи, 1"


def test_the_same_file_again_adds_nothing_and_a_changed_row_is_a_conflict():
    done()

    again = done(GOOD.replace("A-5;Нет сети;25.03.2026 14:05", "A-5;Нет сети;25.03.2026 15:05"))

    assert (again.created, again.exists, again.conflict) == (0, 4, 1)
    assert Complaint.objects.count() == 5


def test_rows_without_a_number_are_known_by_what_they_say():
    text = GOOD.replace("Номер", "Прочее").replace("A-", "")
    done(text)

    again = done(text)

    assert (again.created, again.exists) == (0, 5)


@pytest.fixture(name="_small_parts")
def small_parts(monkeypatch):
    monkeypatch.setattr(running, "MOST_AT_ONCE", 2)


@pytest.mark.usefixtures("_small_parts")
def test_a_stopped_import_goes_on_where_it_was(monkeypatch):
    row = moved(ready(), "begin")
    monkeypatch.setattr(running, "SLICE", 0.0)
    work(row)
    assert (row.state, row.done) == ("running", 0)
    claimed = claim(ComplaintImport, now=timezone.now())
    now, layout = timezone.now(), layout_of(Told.of(row.layout))
    first = transitions_of_parts.next_part(claimed)
    read = transitions_of_parts.read_part(claimed, first, layout, now=now)
    assert transitions_of_parts.receive_part(claimed, read, now=now)
    assert not transitions_of_parts.receive_part(claimed, read, now=now)  # once
    second = transitions_of_parts.next_part(claimed, after=first.number)
    late = transitions_of_parts.read_part(claimed, second, layout, now=now)

    moved(row, "stop")
    assert (row.state, row.done, row.created) == ("stopped", 2, 2)
    # the worker that had it does nothing more
    assert not transitions_of_parts.receive_part(claimed, late, now=now)
    assert Complaint.objects.count() == 2
    monkeypatch.setattr(running, "SLICE", 60.0)
    work(moved(row, "go_on"))

    assert (row.state, row.done, row.created, row.exists) == ("done", 5, 5, 0)


@pytest.mark.usefixtures("_small_parts")
def test_undoing_withdraws_what_an_import_made_and_frees_its_numbers():
    before = done(GOOD.splitlines()[0] + "\n" + GOOD.splitlines()[1] + "\n")
    row = done()
    assert (row.created, row.exists) == (4, 1)

    work(moved(row, "undo"))

    assert (row.state, row.withdrawn) == ("undone", 4)
    assert Complaint.objects.in_effect().get().external_id == "A-1"
    assert before.state == "done"
    again = done()
    assert (again.created, again.exists) == (4, 1)


def test_a_cancelled_import_keeps_what_it_made_until_it_is_undone():
    row = moved(ready(), "cancel")

    with pytest.raises(ImportRefusedError):
        moved(row, "undo")  # it made nothing
    with pytest.raises(ImportRefusedError):
        moved(row, "begin")
    assert not ImportPart.objects.exists()


def test_what_was_received_lies_in_no_second_place():
    assert not done().parts.filter(content__isnull=False).exists()


def test_an_import_that_nobody_begins_is_given_up():
    row = ready()

    transitions.forget_old(now=timezone.now() + timedelta(days=31))

    row.refresh_from_db()
    assert (row.state, ImportPart.objects.count()) == ("cancelled", 0)


def test_what_has_to_be_told_is_asked_for():
    row = work(uploaded("a;b\n1;2\n"))

    assert len(Told.of(row.layout).missing()) == 4
    with pytest.raises(ImportRefusedError):
        moved(row, "begin")


def test_old_imports_are_forgotten_and_can_no_longer_be_undone():
    row = done()
    late = timezone.now() + timedelta(days=31)

    assert transitions.why_not(row, "undo", now=late)
    transitions.forget_old(now=late)

    assert not ImportPart.objects.exists()


# Formats


def workbook(rows) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for one in rows:
        book.active.append(one)
    book.save(content)
    return content.getvalue()


def table(name: str, content: bytes | str):
    raw = content if isinstance(content, bytes) else content.encode()
    found = unpacking.opened(name, io.BytesIO(raw))
    return found.header, list(found.rows)


def test_a_workbook_is_read_as_people_see_it():
    at = timezone.now().replace(tzinfo=None, microsecond=0)

    header, rows = table(
        "a.xlsx", workbook([["id", "phone", "at", "x"], [1, 79260000001.0, at, None], [], [2]])
    )

    assert header == ["id", "phone", "at", "x"]
    assert rows == [(2, ["1", "79260000001", str(at), ""]), (4, ["2", "", "", ""])]


def with_strings(table: bytes) -> bytes:
    """A workbook as Excel writes it: its cells name strings 0 to 2 of a table."""
    cells = '<c t="s"><v>0</v></c><c t="s"><v>1</v></c>', '<c><v>1</v></c><c t="s"><v>2</v></c>'
    return with_rows("".join(f"<row>{row}</row>" for row in cells), table)


def with_rows(rows: str, table: bytes, *, said: str = "") -> bytes:
    """said: what the sheet says of itself before its rows"""
    sheet = f'<worksheet xmlns="{SHEET_MAIN_NS}">{said}<sheetData>{rows}</sheetData></worksheet>'
    kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED_STRINGS}"/></Types>'
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["id"]]))) as book,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        parts = {member: book.read(member) for member in book.namelist()}
        parts["xl/worksheets/sheet1.xml"] = sheet.encode()
        parts["xl/sharedStrings.xml"] = table
        types = parts["[Content_Types].xml"].decode()
        parts["[Content_Types].xml"] = types.replace("</Types>", kind).encode()
        for member, content in parts.items():
            other.writestr(member, content)
    return made.getvalue()


def test_strings_of_a_workbook_that_no_cell_names_cost_nothing_and_others_their_bytes():
    begins = f'<sst xmlns="{SHEET_MAIN_NS}">'.encode()
    ours = b"<si><t>id</t></si><si><r><t>te</t></r><r><t>xt</t></r></si><si><t>so</t></si>"
    many = b"<si/>" * 1_000_000

    tracemalloc.start()
    began = time.process_time()
    assert table("a.xlsx", with_strings(begins + ours + many + b"</sst>")) == (
        ["id", "text"],
        [(2, ["1", "so"])],
    )
    assert time.process_time() - began < 10
    strings = Strings(io.BytesIO(begins + many[:50_000] + ours), longest=20)
    assert [strings[10_000], strings[10_002], strings[7]] == ["id", "so", ""]
    assert tracemalloc.get_traced_memory()[1] < 20e6  # openpyxl: 90 MB of the first alone
    tracemalloc.stop()
    with pytest.raises(IndexError):
        strings[10_003]


def test_rows_and_columns_that_a_workbook_only_says_it_has_cost_nothing():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row>" + "<row/>" * 5000 + '<row r="4000000000"/>'

    began = time.process_time()
    said = '<dimension ref="A1:XFD1048576"/>'
    assert table("a.xlsx", with_rows(rows, b"<sst/>", said=said)) == (["1", "2"], [])
    assert time.process_time() - began < 5  # openpyxl: seven, and then four billion rows


@pytest.mark.parametrize("strings", [b"", b"<sst", b"<sst/>", b"\0", b"<sst><si><t>id"])
def test_a_workbook_whose_strings_are_broken_or_too_few_is_damaged(strings):
    with pytest.raises(unpacking.UnusableFileError):
        table("a.xlsx", with_strings(strings))


def test_strings_without_end_are_refused(monkeypatch):
    monkeypatch.setattr(workbook_strings, "MOST_UNPACKED", 100_000)
    begins = f'<sst xmlns="{SHEET_MAIN_NS}"><si><t>'.encode()

    with pytest.raises(unpacking.UnusableFileError):
        table("a.xlsx", with_strings(begins + b"a" * 200_000))


@pytest.mark.parametrize(
    "part",
    ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "docProps/core.xml"],
)
def test_a_part_that_is_read_as_a_whole_fills_no_memory(part):
    book, made = workbook([["a", "b"], ["1", "2"]]), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as sent,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        for name in sent.namelist():
            padding = b" " * (workbook_strings.MOST_AT_ONCE if name == part else 0)
            other.writestr(name, sent.read(name) + padding)

    assert table("a.xlsx", book)[0] == ["a", "b"]
    with pytest.raises(unpacking.UnusableFileError):
        table("a.xlsx", made.getvalue())


def test_titles_are_no_names_of_columns_and_errors_of_formulas_no_values():
    rows = [
        ["Отчёт за март"],
        [None, None],
        ["id", "at", "x"],
        [1, "#N/A", 3.5],
        ["#REF!", 46106, 1],
    ]

    header, found = table("a.xlsx", workbook(rows))

    assert header == ["id", "at", "x"]
    assert [cells for _line, cells in found] == [["1", "", "3.5"], ["", "46106", "1"]]
    assert table("a.csv", "sep=;\nid;at\n1;2\n") == (["id", "at"], [(3, ["1", "2"])])


@pytest.mark.parametrize(
    ("column", "value", "means"),
    [
        ("Долгота", "37,6173", ("point.x", 37.6173)),
        ("Ценность", "12\u00a0500,5", ("customer.ltv", Decimal("12500.50"))),
        ("Баланс", "\u22121\u00a0234,50", ("customer.balance", Decimal("-1234.50"))),
        ("Телефон", "79260000007.0", ("customer.phone", "+79260000007")),
        ("Адрес", '"Мытищи,\nул. Полевая, 7"', ("address", "Мытищи, ул. Полевая, 7")),
        ("Дата", "46106.590277778", ("occurred_at", datetime(2026, 3, 25, 11, 10, tzinfo=UTC))),
        ("Дата", "2026-03-25 14:10:00", ("occurred_at", datetime(2026, 3, 25, 11, 10, tzinfo=UTC))),
    ],
)
def test_values_are_understood_as_programs_of_offices_write_them(column, value, means):
    row = {
        "Номер": "A-7",
        "Тема": "Нет сети",
        "Дата": "25.03.2026 14:10",
        "Адрес": "Мытищи",
        "Телефон": "8 926 000-00-07",
        "Долгота": "37.6",
        "Широта": "55.7",
        "Ценность": "1",
        "Баланс": "0",
    }

    done("\n".join(";".join(one) for one in (row, {**row, column: value}.values())))

    assert attrgetter(means[0])(Complaint.objects.get()) == means[1]


def test_geojson_is_read_feature_by_feature():
    features = [
        {"geometry": {"type": "Point", "coordinates": [37.6, 55.7]}, "properties": {"id": n}}
        for n in range(3000)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, indent=1)

    header, rows = table("a.geojson", text)

    assert header == ["id", "lon", "lat"]
    assert (len(rows), rows[-1]) == (3000, (3000, ["2999", "37.6", "55.7"]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("id,текст\n1,да\n".encode("cp1251"), id="Windows-1251"),
        pytest.param("id\tтекст\n1\tда\n".encode("utf-16"), id="UTF-16"),
        pytest.param("\ufeffid;текст\n\n1;да\n".encode(), id="UTF-8 with its mark"),
    ],
)
def test_a_csv_is_read_however_it_is_written(content):
    header, rows = table("a.csv", content)

    assert (header, [cells for _line, cells in rows]) == (["id", "текст"], [["1", "да"]])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", ""),
        ("a.csv", "one column\n1\n"),
        ("a.csv", "a;b\n"),
        ("a.xlsx", "PK no zip"),
        ("a.geojson", "{}"),
        ("a.geojson", '{"features": [{"properties": {"a": 1}}, nonsense'),
        ("a.exe", "MZ"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(name, content):
    row = work(uploaded(content or " ", name=name))

    assert (row.state, bool(row.note)) == ("refused", True)
    assert not ImportPiece.objects.exists()


def test_columns_have_names_of_their_own():
    header, _rows = table("a.csv", "id;id;;line\n1;2;3;4\n")

    assert header == ["id", "id'", "column 3", "line'"]
    assert guessed(["ID", "Лицевой счёт", "Долгота"]) == {
        "external_id": "ID",
        "customer.id": "Лицевой счёт",
        "lon": "Долгота",
    }


# Pages


def address(row: ComplaintImport, name: str, *more: str) -> str:
    return reverse(f"admin:complaints_complaintimport_{name}", args=[row.pk, *more])


def test_a_person_hands_in_maps_begins_and_undoes(signed_in):
    client = signed_in("administrator")
    file = SimpleUploadedFile("crm.csv", GOOD.encode())
    said = {"brand": make_brand().pk, "source": "crm", "file": file}

    answer = client.post(reverse("admin:complaints_complaintimport_add"), said)
    row = ComplaintImport.objects.get()
    assert answer.url == address(row, "change")
    assert 'id="import-progress"' in client.get(answer.url).content.decode()
    work(row)
    form = client.get(answer.url).context["form"]
    sent = {name: form.get_initial_for_field(form.fields[name], name) or "" for name in form.fields}
    client.post(
        address(row, "columns"), {**sent, "channel": "shop", "date_format": "%d.%m.%Y %H:%M"}
    )
    shown = client.get(answer.url)
    assert (shown.context["preview"]["fine"], shown.context["moves"]) == (5, ["begin", "cancel"])
    client.post(address(row, "move", "begin"))
    assert client.get(address(row, "progress")).json()["running"]
    work(row)
    assert set(Complaint.objects.values_list("channel", flat=True)) == {"shop"}
    assert client.get(address(row, "refused")).status_code == 200
    client.post(address(row, "move", "undo"))
    work(row)

    assert not Complaint.objects.in_effect().exists()
    assert client.get(reverse("admin:complaints_complaintimport_changelist")).status_code == 200


def test_an_import_stands_behind_the_walls_of_its_brand():
    row = uploaded(brand=make_brand("rival"))

    def seen(brand) -> bool:
        walls = Walls(brands=frozenset({brand.pk}), regions=None)
        return ComplaintImport.objects.within(walls).filter(pk=row.pk).exists()

    assert (seen(row.brand), seen(make_brand())) == (True, False)


def test_the_list_does_not_ask_more_of_the_database_when_it_is_longer(
    signed_in, django_assert_max_num_queries
):
    client = signed_in("administrator")
    for number in range(12):
        uploaded(brand=make_brand(f"b{number}"), by=make_user("administrator"))

    with django_assert_max_num_queries(12):
        client.get(reverse("admin:complaints_complaintimport_changelist"))


@pytest.mark.parametrize(("role", "taken"), [("administrator", True), ("agent", False)])
def test_only_who_may_import_sends_a_large_body(rf, settings, role, taken):
    address = reverse("admin:complaints_complaintimport_add")
    request = rf.post(address)
    request.resolver_match, request.user = resolve(address), make_user(role)
    size = settings.UPLOAD_BYTES + 1

    def send(asked) -> None:
        BoundedUploadHandler(asked).handle_raw_input(None, {}, size, b"")

    if taken:
        send(request)
    else:
        with pytest.raises(RequestDataTooBig):
            send(request)
    with pytest.raises(RequestDataTooBig):
        send(rf.post("/admin/login/"))
