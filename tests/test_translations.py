"""Everything that is shown can be read in Russian, and says the same there."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import flatten, flatten_fieldsets, label_for_field
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("heatmaps_project", "feedback", "spots", "complaints", "templates")
OURS = ROOT / "locale/ru/LC_MESSAGES/django.po"
OF_LIBRARIES = ROOT / "locale/unfold/ru/LC_MESSAGES/django.po"
CATALOGUES = pytest.mark.parametrize("path", [OURS, OF_LIBRARIES], ids=["ours", "of libraries"])
LINE = re.compile(r'(?:(msg\w+(?:\[\d\])?) )?"(.*)"$')
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

# Where Russian is what the code is about, not what a page says to a reader.
SPEAK_RUSSIAN = (
    "complaints/customers/personal.py",  # finds personal data in texts
    "complaints/customers/numbers/lines.py",  # what the regulator calls its columns
    "complaints/events/sent.py",  # examples of the API
    "complaints/geocoding/",  # reads addresses
    "complaints/imports/mapping.py",  # what columns are called
    "complaints/intake/sent.py",  # examples of the API
    "feedback/comments/",  # sorts what customers say
    "feedback/notifications/templates/defaults",  # texts for customers, in both languages
    "feedback/notifications/templates/texts.py",  # where sentences begin, in both alphabets
    "feedback/surveys/bank.py",  # ready questions, in both languages
    "feedback/surveys/defaults.py",  # a survey to begin with, in both languages
    "feedback/surveys/page.py",  # names its languages in themselves
    "feedback/surveys/replies.py",  # reads what customers text
    "heatmaps_project/bench/",  # fills a Russian operator's database
    "heatmaps_project/channels/letters.py",  # how a letter names an address
    "heatmaps_project/demo/",
    "heatmaps_project/desk/api.py",  # examples of the API
    "heatmaps_project/desk/attach_api.py",
    "heatmaps_project/desk/own/views.py",  # names its languages in themselves
    "heatmaps_project/desk/sentences.py",  # an example to fill in
    "heatmaps_project/desk/speech.py",  # sentences for callers, in both languages
    "heatmaps_project/migrations/0011_contact_centre.py",  # criteria, in both languages
    "heatmaps_project/supervision/launches/mentions.py",  # ё is written as е, too
    "heatmaps_project/supervision/listening/redacting.py",  # hides names in what customers say
    "spots/migrations/0003_default_rule.py",  # reasons to begin with, in both languages
    "spots/network/imports/kinds/",  # columns as Russian files name them
    "spots/network/sent.py",  # examples of the API
    "templates/admin/feedback/survey/change_form.html",  # names languages in themselves
    "templates/admin/spots/import/upload.html",  # lines of such files
    "templates/desk/act.html",
)

ACRONYMS = {"LTV", "e-mail", "URL", "ID"}


@dataclass(frozen=True)
class Entry:
    """A text of a catalogue. `key` tells it from the others: context, text, plural."""

    key: tuple[str, str, str]
    translations: tuple[str, ...]


def entries_of(path: Path) -> Iterator[Entry]:
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if found := LINE.match(line):
                name = found[1] or name
                fields[name] = fields.get(name, "") + ast.literal_eval(f'"{found[2]}"')
        if fields.get("msgid"):
            yield Entry(
                key=(fields.get("msgctxt", ""), fields["msgid"], fields.get("msgid_plural", "")),
                translations=tuple(v for n, v in fields.items() if n.startswith("msgstr")),
            )


def test_the_catalogue_holds_what_the_sources_say_and_nothing_else(tmp_path):
    without = shutil.ignore_patterns("__pycache__", "static", "migrations")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=without)
    (tmp_path / "locale").mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "-l", "ru", "--no-location"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    said = {entry.key for entry in entries_of(tmp_path / OURS.relative_to(ROOT))}

    known = {entry.key for entry in entries_of(OURS)}

    # What to do about either: CONTRIBUTING.md, rule 9.
    assert sorted(said - known) == []
    assert sorted(known - said) == []


@CATALOGUES
def test_every_text_is_translated_and_none_is_a_guess(path):
    text = path.read_text(encoding="utf-8")

    assert ", fuzzy" not in text
    assert "\n#~" not in text
    assert [e.key for e in entries_of(path) if not e.translations or "" in e.translations] == []


@CATALOGUES
def test_a_translation_has_the_places_of_its_text(path):
    wrong = [
        (entry.key, translation)
        for entry in entries_of(path)
        for translation in entry.translations
        if set(PLACEHOLDER.findall(translation)) != set(PLACEHOLDER.findall("".join(entry.key)))
    ]

    assert wrong == []


@CATALOGUES
def test_a_text_that_counts_has_all_four_forms_of_russian(path):
    counting = [entry for entry in entries_of(path) if entry.key[2]]

    assert counting
    assert [entry.key for entry in counting if len(entry.translations) != 4] == []


def test_texts_are_named_as_those_who_gather_them_know():
    """`makemessages` passes over what is called by a name of one's own."""
    alias = re.compile(r"import n?p?gettext\w* as (?!_\b)\w+|, n?p?gettext\w* as (?!_\b)\w+")
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]

    assert [path for path in files if alias.search(path.read_text(encoding="utf-8"))] == []


def test_no_page_or_script_has_its_russian_in_the_code():
    files = [
        path
        for room in ROOMS
        for kind in ("py", "html", "js")
        for path in (ROOT / room).rglob(f"*.{kind}")
        if "vendor" not in path.parts
    ]

    named = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}

    russian = [name for name, text in named.items() if re.search("[А-Яа-яЁё]", text)]
    assert [name for name in russian if not name.startswith(SPEAK_RUSSIAN)] == []


def test_no_field_of_a_staff_page_is_called_as_the_code_calls_it():
    """Where a field of a model was given no name, Django makes an English one of the code's."""
    english = set()
    with translation.override("ru"):
        for model, page in admin.site._registry.items():
            if model._meta.app_label in ROOMS:
                for field in shown_on(page):
                    name = str(label_for_field(field, model, page))
                    english |= {(model.__name__, field, name)} if is_english(name) else set()
    assert english == set()


def shown_on(page: ModelAdmin) -> list[str]:
    """What the list and the page of a row show; not what only the form knows and names."""
    asked = flatten_fieldsets(page.fieldsets) if page.fieldsets else flatten(page.fields or ())
    in_form = getattr(page.form, "declared_fields", {})
    return [f for f in (*page.list_display, *asked) if isinstance(f, str) and f not in in_form]


def is_english(name: str) -> bool:
    return not re.search("[а-яё]", name, re.IGNORECASE) and name not in ACRONYMS


def test_every_field_of_a_staff_form_is_called_from_a_capital():
    """As those are that a model names: a form that names its own is not seen as another kind."""
    small = set()
    with translation.override("ru"):
        for model, page in admin.site._registry.items():
            for name, field in getattr(page.form, "declared_fields", {}).items():
                if field.label and str(field.label)[0].islower():
                    small.add((model.__name__, name, str(field.label)))
    assert small == set()
