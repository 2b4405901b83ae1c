import pytest
from django.utils import translation

from complaints.csv_faults import in_words
from complaints.csv_lines import FaultyLinesError, UnreadableFileError, lines_of
from complaints.customers.numbers.lines import ranges_of


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Первая строка не называет столбцов: code, region."),
        (b"code;zone\n", "Первая строка не называет столбцов: region."),
        ("код;регион\n".encode("utf-16"), "Это не текст."),
        (b"code\x98;region\n", "Это не текст."),
        (b'code;region\n1;2\n"3;4\n', "Строка 3 — не CSV."),
        (b"code;region\n" + b"1;2\n" * 3, "В файле больше 2 строк: разделите его."),
    ],
    ids=["empty", "no column", "two bytes a letter", "no encoding", "open quote", "long"],
)
def test_why_a_file_cannot_be_read_is_said_in_the_readers_language(content: bytes, told: str):
    with pytest.raises(UnreadableFileError) as refused:
        lines_of(content, ("code", "region"), most=2)

    with translation.override("ru"):
        assert in_words(refused.value, {}) == [told]


def test_what_a_line_is_too_short_for_is_empty():
    (line,) = lines_of(b"code;region;zone\n902\n\n", ("code", "region"), most=2)

    assert line.cells == {"code": "902", "region": "", "zone": ""}


def test_columns_without_end_take_no_room_in_every_line():
    columns = ";".join(["code", "region", *(f"c{n}" for n in range(50_000))])

    lines = lines_of((columns + "\n1;2;3" * 100).encode(), ("code", "region"), most=100)

    assert {len(line.cells) for line in lines} == {200}
    with pytest.raises(UnreadableFileError) as refused:
        lines_of(f"{columns};name\n".encode(), ("code", "name"), most=100)
    assert refused.value.why == "columns"


def test_lines_beyond_the_most_are_not_read():
    with pytest.raises(UnreadableFileError) as refused:
        lines_of(b"code;region\n" + b"1;2\n" * 3 + b'"3', ("code", "region"), most=2)

    assert refused.value.why == "lines"


@pytest.mark.parametrize("content", [b"", b"code\n", b"code;from;to;region\n", b"\0", b'"'])
def test_whatever_the_plan_of_numbers_is_refused_for_has_words(content: bytes):
    with pytest.raises((UnreadableFileError, FaultyLinesError)) as refused:
        ranges_of(content, country=7, zone_in=lambda _region: "")

    assert all(in_words(refused.value, {"range": "", "region": "", "zone": ""}))
