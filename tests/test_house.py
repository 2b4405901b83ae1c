"""The rules of the house that no linter knows (CONTRIBUTING.md)."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("heatmaps_project", "feedback", "spots", "complaints")
SOURCES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "managers.py", "signals.py", "services.py"}
WRITE = r"\.(?:save|delete|update|create|get_or_create|update_or_create|bulk_create|bulk_update)\("
# What is not case data: demo rows, a bench's that are rolled back, and settings that an
# administrator's command makes.
MAY_WRITE = {"demo", "bench", "commands"}


# Each rule is one test of the whole house: thousands of tests, one for each file, take longer to
# hand out than to run.


def faults(texts: dict[str, str], *patterns: str) -> dict[str, list[str]]:
    """By file, what of patterns stands in it."""
    found = {name: re.findall("|".join(patterns), text) for name, text in texts.items()}
    return {name: wrong for name, wrong in found.items() if wrong}


@pytest.fixture(scope="module", name="sources")
def _sources() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text() for path in SOURCES}


def test_files_are_short(sources):
    assert {name for name, text in sources.items() if text.count("\n") > 300} == set()


def test_files_are_named_after_what_they_hold():
    assert [path for path in SOURCES if path.name in FORBIDDEN_NAMES] == []


def test_only_transitions_write(sources):
    others = {
        name: text
        for name, text in sources.items()
        if "transitions" not in name and not MAY_WRITE & set(Path(name).parts) and "django" in text
    }

    assert faults(others, WRITE) == {}


def test_no_signal_glues_the_apps_and_nothing_is_suppressed(sources):
    glue = (r"django\.dispatch", r"db\.models\.signals", r"on_commit\(")

    assert faults(sources, *glue, r"#\s*noqa") == {}


def test_templates_obey_the_content_security_policy():
    templates = {str(path.relative_to(ROOT)): path.read_text() for path in TEMPLATES}
    bare = r"<script\b(?![^>]*(?:src=|nonce=|application/json))[^>]*>"

    assert faults(templates, bare, r"\son\w+=\"") == {}


def test_forms_with_a_token_are_posted():
    """Sent before its script is there, any other would put token and words into the address."""
    templates = {str(path.relative_to(ROOT)): path.read_text() for path in TEMPLATES}
    asked = r"<form\b(?![^>]*method=\"post\")[^>]*>(?:(?!</form>)[\s\S])*?{% csrf_token %}"

    assert faults(templates, asked) == {}


def test_models_have_no_hidden_order():
    ordered = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ROOMS
        and model._meta.ordering
        and not model.__name__.startswith("Historical")
    ]

    assert ordered == []
