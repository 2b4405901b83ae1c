"""Files of tables, read as spreadsheet programs read them."""

import csv
import io
from typing import Any

from openpyxl import load_workbook


def table_of(answer: Any) -> list[list[str]]:
    """Return the lines of a CSV or a workbook that was answered, each cell as text."""
    assert answer.status_code == 200, answer
    body = b"".join(answer.streaming_content)
    if answer["Content-Disposition"].endswith('.xlsx"'):
        rows = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    text = body.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
