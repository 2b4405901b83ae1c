"""Checklist, ISO 18295 and ASVS in docs/ say what stands, and truthfully: rows, pages, tests."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "checklist.md").read_text()
ISO = (ROOT / "docs" / "iso-18295.md").read_text()
ASVS = (ROOT / "docs" / "asvs.md").read_text()
MODELS = {"000": 35, "001": 20, "002": 23, "003": 12, "004": 10}  # rows of each
ROW = re.compile(
    r"^\| (?P<number>\d{3}-\d+) \| (?P<mark>\S*) \| (?P<what>[^|]*) \| (?P<said>[^|]*)"
    r" \| (?P<where>[^|]*) \| (?P<shown>[^|]*) \|$",
    re.M,
)
SAID = re.compile(r"(?P<state>stands|not yet|partly)(?:: misses (?P<misses>.+))?")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
COUNTS = re.compile(r"Of 100 rows, (\d+) stand, (\d+) stand partly, (\d+) not yet\.")
ROWS = [match.groupdict() for match in ROW.finditer(TEXT)]
BY_NUMBER = {row["number"]: row for row in ROWS}


def state_of(row: dict[str, str]) -> str:
    said = SAID.fullmatch(row["said"])
    assert said, row["said"]
    assert (said["state"] == "partly") == bool(said["misses"]), row["said"]
    return said["state"]


def test_every_row_is_there_once_and_in_order():
    wanted = [f"{model}-{n}" for model, rows in MODELS.items() for n in range(1, rows + 1)]

    assert [row["number"] for row in ROWS] == wanted
    lines = [line for line in TEXT.splitlines() if re.match(r"\|\s*\d", line)]
    assert len(lines) == len(ROWS)  # no row is written so that nothing here reads it


def test_the_counts_at_the_top_are_right():
    counts = Counter(state_of(row) for row in ROWS)
    told = COUNTS.search(TEXT)

    assert told
    assert [int(n) for n in told.groups()] == [
        counts[state] for state in ("stands", "partly", "not yet")
    ]


def test_what_is_said_of_a_row_is_shown():
    faults = {number: wrong for number, row in BY_NUMBER.items() if (wrong := fault_of(row))}

    assert faults == {}


def fault_of(row: dict[str, str]) -> str:
    """What is wrong with a row; "": nothing."""
    if row["mark"] not in {"C", "M", "A"} or not row["what"]:
        return "no mark, or no capability"
    if state_of(row) == "not yet":
        return "" if (row["where"], row["shown"]) == ("–", "–") else "not yet, and shown?"
    if row["where"] == "–":
        return "it stands nowhere"
    return fault_of_tests(row["shown"])


def fault_of_tests(shown: str) -> str:
    """What is wrong with the tests that a row is shown by; "": nothing."""
    tests = TEST.findall(shown)
    if "<br>".join(f"`{path}::{name}`" for path, name in tests) != shown:
        return "not shown by tests alone"
    missing = [
        f"{path}::{name}"
        for path, name in tests
        if not re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.M)
    ]
    return f"no such tests: {missing}" if missing else ""


def unknown_pages(words: str) -> list[str]:
    side_bar = (ROOT / "heatmaps_project" / "navigation.py").read_text()
    return [name for name in re.findall(r"\*([^*]+)\*", words) if f'_("{name}")' not in side_bar]


def test_each_clause_of_iso_18295_has_evidence_that_exists_or_says_that_there_is_none():
    lines = [line for line in ISO.splitlines() if re.match(r"\| (\d|Annex)", line)]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    assert {clause[0] for clause, *_ in rows} == set("456789A")
    for clause, asked, evidence, shown in rows:
        assert unknown_pages(evidence) == [], (clause, asked)
        is_nothing = shown == "–"
        assert evidence == "Nothing here" if is_nothing else not fault_of_tests(shown), asked


def test_each_row_of_asvs_is_shown_by_tests_that_exist():
    lines = [line for line in ASVS.splitlines() if re.match(r"\| \d", line)]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    assert len(rows) == 25
    assert [(row[0], fault) for row in rows if (fault := fault_of_tests(row[3]))] == []


def test_every_page_and_endpoint_that_is_named_exists():
    api = (ROOT / "heatmaps_project" / "api.py").read_text()
    where = " ".join(row["where"] for row in ROWS)

    pages = unknown_pages(where)
    routes = [
        route for route in re.findall(r"/api/v1/([\w/]+)/`", where) if f'("{route}",' not in api
    ]

    assert (pages, routes) == ([], [])
