"""Each field that can hold a person's data stands in docs/personal-data.md, and nothing else."""

import re
from pathlib import Path

from django.apps import apps
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.db import models

from complaints.customers.personal import EncryptedTextField
from complaints.models import Customer

INVENTORY = Path(__file__).parents[1] / "docs/personal-data.md"
KINDS = (
    *(models.CharField, models.TextField, models.JSONField, models.BinaryField),
    *(models.GenericIPAddressField, models.FileField, PointField, ArrayField),
)
NOT_OURS = {"contenttypes", "gis"}


def candidates() -> dict[str, list[str]]:
    """Fields by table; a history has those of the model that it is of."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.proxy or meta.app_label in NOT_OURS or hasattr(model, "history_object"):
            continue
        for field in meta.local_concrete_fields:
            if is_candidate(field):
                found.setdefault(meta.db_table, []).append(field.name)
    return dict(sorted(found.items()))


def is_candidate(field: models.Field) -> bool:
    if field.is_relation:
        return field.related_model is Customer
    return isinstance(field, KINDS) and not field.choices


def written(text: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What the inventory lists as of persons, and as of nobody."""
    of_persons, of_nobody = text.split("## Of nobody")
    return listed(of_persons), listed(of_nobody)


def listed(text: str) -> dict[str, list[str]]:
    rows = re.findall(r"^\| ([a-z0-9]+_\w+) \| ([^|]+) \|", text, re.MULTILINE)
    return {table: fields.split(", ") for table, fields in rows}


def faults(text: str) -> list[str]:
    of_persons, of_nobody = written(text)
    there = {f"{table}.{name}" for table, names in candidates().items() for name in names}
    said = [
        f"{table}.{name}"
        for part in (of_persons, of_nobody)
        for table, names in part.items()
        for name in names
    ]
    twice = {name for name in said if said.count(name) > 1}
    return sorted(there ^ {*said} | twice)


def test_the_inventory_lists_every_field_once():
    assert faults(INVENTORY.read_text()) == []


def test_a_field_that_is_not_listed_or_is_no_more_is_named():
    text = INVENTORY.read_text()

    assert faults(text.replace("| phone, phone_index, note |", "| phone, note |")) == [
        "complaints_ownnumber.phone_index"
    ]
    brand = "| complaints_brand | code, name, colour"
    assert faults(text.replace(brand, f"{brand}, gone")) == ["complaints_brand.gone"]


def test_what_is_sealed_or_indexed_is_of_a_person_or_is_a_secret():
    """Why else would it be sealed? Secrets of machines are nobody's."""
    _persons, of_nobody = written(INVENTORY.read_text())
    sealed = {
        f"{model._meta.db_table}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
        if field.name in of_nobody.get(model._meta.db_table, [])
    }

    assert sealed == {
        "complaints_onlinegeocoder.key",
        "feedback_gateway.address",
        "feedback_gateway.headers",
        "feedback_gateway.secret",
        "heatmaps_project_inlet.secret",
        "heatmaps_project_subscription.old_secret",
        "heatmaps_project_subscription.secret",
    }
