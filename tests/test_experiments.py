"""The table of experiments names tests that are there, and the document has a row for each."""

import re
from pathlib import Path

from heatmaps_project.bench.document import written
from tests.experiments import EXPERIMENTS
from tests.experiments_table import COMMAND

TESTS = Path(__file__).resolve().parent


def test_every_experiment_is_named_once_and_its_tests_are_there():
    assert list(EXPERIMENTS) == [*(f"F{n}" for n in range(1, 30)), *(f"A{n}" for n in range(1, 17))]
    missing = [
        test
        for one in EXPERIMENTS.values()
        for path, _, name in (test.partition("::") for test in one.tests)
        for test in [f"{path}::{name}"]
        if not re.search(rf"^def {name}\(", (TESTS / path).read_text(), re.M)
    ]
    assert missing == []


def test_the_document_tells_what_came_of_each():
    assert re.findall(r"^\| ([FA]\d+) \|", written(COMMAND), re.M) == list(EXPERIMENTS)
