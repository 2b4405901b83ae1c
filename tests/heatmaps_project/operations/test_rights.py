"""The application as a role that owns no table: it does its work, and no more than its work."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from complaints.models import Address, Complaint, Customer
from heatmaps_project.operations import rights
from tests.complaints.intake.bodies import body, make_places
from tests.factories import bearer, make_api_client, make_user
from tests.test_tasks import TASKS, make_busy, run

pytestmark = pytest.mark.django_db

REFUSED = r"denied|must be (owner|superuser)"
HOUSES = "osm_id,city,street,housenumber,postcode,lon,lat\n1,Москва,улица Полевая,5,,37.6,55.8\n"


@pytest.fixture(name="role")
def given() -> str:
    """A role of this test's own: it goes with its transaction, as all roles are the server's."""
    name = f"{connection.settings_dict['NAME']}_app"
    rights.let_sign_in(connection, name, "letters and digits")
    rights.grant(connection, name)
    return name


def become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{role}"')


def ask(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.faults  # which takes as long as all tasks
def test_every_task_is_done_by_it(role):
    make_busy()
    become(role)

    for name in TASKS:
        run(name)

    assert ask("SELECT current_user") == [(role,)]


def test_complaints_customers_and_addresses_come_and_go_by_it(role, client: Client, tmp_path):
    make_places()
    headers = bearer(make_api_client())
    user = make_user("administrator", username="boss")
    user.set_password("as they sign in")
    user.save()
    become(role)

    sent = client.post(
        "/api/v1/complaints/", json.dumps(body()), "application/json", headers=headers
    )
    assert sent.status_code == 201, sent.content
    number = Complaint.objects.get().customer.pk
    assert client.delete(f"/api/v1/customers/{number}/", headers=headers).status_code == 204
    assert not Customer.objects.filter(crm_id="c-17").exists()
    signed = {"username": "boss", "password": "as they sign in"}
    assert client.post("/admin/login/?next=/admin/", signed).status_code == 302
    assert client.get("/health/ready/").status_code == 200
    (tmp_path / "houses.csv").write_text(HOUSES)
    call_command("import_addresses", str(tmp_path / "houses.csv"), stdout=StringIO())
    assert Address.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE complaints_erasure",
        "TRUNCATE heatmaps_project_look",
        "ALTER TABLE heatmaps_project_look DISABLE TRIGGER look_append_only",
        "DROP TRIGGER event_append_only ON spots_event",
        "CREATE OR REPLACE FUNCTION spots_append_only() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$",
        "SET session_replication_role = replica",
        "CREATE TABLE public.of_mine (id int)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('spots', 'no', now())",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_what_is_the_owners_is_refused(role, sql):
    become(role)

    with (
        pytest.raises(ProgrammingError, match=REFUSED),
        transaction.atomic(),
    ):
        ask(sql)


def test_a_table_that_is_made_later_may_be_written_to_at_once(role):
    """While a migration runs the application does, and writes there by triggers."""
    ask("CREATE TABLE of_a_later_version (id bigserial)")
    become(role)

    assert ask("INSERT INTO of_a_later_version DEFAULT VALUES RETURNING id") == [(1,)]


@pytest.mark.faults
def test_migrate_gives_it_its_rights_and_its_password_is_not_sent(settings, role):
    settings.DATABASE_ROLE, settings.DATABASE_ROLE_PASSWORD = f"{role}2", "letters and digits"

    call_command("migrate", stdout=StringIO())

    [(proof,)] = ask(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}2'")
    assert proof.startswith("SCRAM-SHA-256$")
    assert ask(f"SELECT has_table_privilege('{role}2', 'spots_case', 'DELETE')") == [(True,)]
    assert ask(f"SELECT has_table_privilege('{role}2', 'spots_case', 'TRUNCATE')") == [(False,)]
