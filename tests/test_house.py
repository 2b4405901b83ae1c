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
WRITE = re.compile(
    r"\.(save|delete|update|create|get_or_create|update_or_create|bulk_create|bulk_update)\("
)
# What is not case data: demo rows, a bench's that are rolled back, and settings that an
# administrator's command makes.
MAY_WRITE = {"demo", "bench", "commands"}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_file_is_short_and_named_after_what_it_holds(path):
    assert path.read_text().count("\n") <= 300
    assert path.name not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_only_transitions_write(path):
    text = path.read_text()
    room = path.relative_to(ROOT)
    if "transitions" in str(room) or MAY_WRITE & set(room.parts) or "django" not in text:
        return

    assert WRITE.findall(text) == []


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_signal_glues_the_apps_and_nothing_is_suppressed(path):
    text = path.read_text()

    assert "django.dispatch" not in text
    assert "db.models.signals" not in text
    assert not re.search(r"#\s*noqa", text)
    assert "on_commit(" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_obeys_the_content_security_policy(path):
    text = path.read_text()

    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or "nonce=" in tag or "application/json" in tag, tag
    assert not re.search(r"\son\w+=\"", text)


def test_models_have_no_hidden_order():
    ordered = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ROOMS
        and model._meta.ordering
        and not model.__name__.startswith("Historical")
    ]

    assert ordered == []
