"""Whatever people wrote, anywhere, is text on every page: no page takes it for its own HTML."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, TextField
from django.test import Client

from complaints.customers.personal import EncryptedTextField, encrypted
from heatmaps_project.models import User
from tests.factories import make_event, make_policy, make_user
from tests.scene import make_scene
from tests.test_access import PAGES, TABLES, address_of, pages_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

WRITTEN = '"><i xss>'  # short enough for most columns; after a quote, within an attribute too
ROOMS = {"heatmaps_project", "feedback", "spots", "complaints"}
# Not people's words: they name something that is looked up by them.
CODES = {"time_zone", "code", "version", "h3", "cell", "way", "kind", "state", "role", "username"}


def words() -> list[tuple[str, str, object]]:
    """Table, column and what to write, of every column in which people's words may stand."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in ROOMS or model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            if field.choices or field.unique or field.name in CODES:
                continue
            if isinstance(field, EncryptedTextField):
                found.append((model._meta.db_table, field.column, encrypted(WRITTEN)))
            elif isinstance(field, CharField | TextField):
                most = field.max_length or len(WRITTEN)
                if most >= len(WRITTEN):
                    found.append((model._meta.db_table, field.column, WRITTEN))
    return found


def write_everywhere() -> int:
    """Return in how many columns of rows that are there it now stands."""
    written = 0
    with connection.cursor() as cursor:
        for table, column, value in words():
            try:
                with transaction.atomic():
                    cursor.execute(
                        f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" IS NOT NULL',
                        [value],
                    )
                    written += bool(cursor.rowcount)
            except DatabaseError:  # a constraint, or nothing there is ever changed
                continue
    return written


def test_what_people_wrote_is_never_a_pages_own_html():
    scene = make_scene()
    make_event(scene.spot, "attached", facts={"complaints": 1})
    make_policy(1, band=1)
    reader = make_user("administrator")
    addresses = [address for table in TABLES for address, _ in pages_of(table, scene)]
    addresses += [address_of(name, scene) for name, (_, way, _) in PAGES.items() if way == "get"]
    written = write_everywhere()
    browser = Client(raise_request_exception=False)
    browser.force_login(
        User.objects.get(pk=reader.pk), backend="heatmaps_project.accounts.backends.RoleBackend"
    )

    shown, broken, raw = 0, [], []
    for address in addresses:
        said = browser.get(address)
        if said.status_code == 500:
            broken.append(address)
        if said.streaming or not said["Content-Type"].startswith("text/html"):
            continue
        text = said.content.decode()
        shown += "&lt;i xss&gt;" in text
        if "<i xss>" in text:
            raw.append(address)

    assert raw == []
    assert broken == []
    assert written >= 60
    assert shown >= 60
