"""A workbook that is sent as its rows come."""

import io

from openpyxl import load_workbook

from complaints.xlsx import streamed


def test_a_reader_finds_the_cells_as_they_were_written():
    lines = [["a & <b>", " space ", None, 3, 1.5], ["то\x00чка\n", "", "=1", -2, "😀"]]

    sheet = load_workbook(io.BytesIO(b"".join(streamed(lines)))).active

    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["a & <b>", " space ", None, 3, 1.5],
        ["точка\n", None, "=1", -2, "😀"],
    ]


def test_the_first_bytes_are_there_before_the_first_row():
    def rows():
        raise AssertionError("A row was asked for.")
        yield []

    assert next(streamed(rows())).startswith(b"PK")
