"""A row that fails keeps no sweep from the rows beside it."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection, transaction

from complaints.geocoding import geocoder
from complaints.geocoding.transitions import geocode_waiting
from complaints.isolation import isolated
from complaints.models import Complaint
from heatmaps_project.channels import mail, running
from heatmaps_project.channels.models import Kind
from heatmaps_project.customers.retention.models import RetentionRun
from heatmaps_project.customers.retention.transitions import end_by_age
from heatmaps_project.models import AuditReport, LaunchDay
from heatmaps_project.supervision.audit.reports.transitions import report_last_month
from heatmaps_project.supervision.launches.transitions import watch_launches
from heatmaps_project.supervision.launches.watching import days_of
from spots.cases.transitions import open_singles
from spots.models import Case, SingleRule
from tests.factories import NOW, make_brand, make_complaint, make_inlet, make_launch

pytestmark = pytest.mark.django_db

logger = logging.getLogger(__name__)


def refuse(table: str, condition: str) -> None:
    """Let the database refuse to write such rows, until the test's transaction is undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'refused'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refused BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW"
            f" WHEN (NEW.{condition}) EXECUTE FUNCTION pg_temp.refuse()"
        )


def test_a_failure_is_logged_with_what_it_was_about(caplog):
    for number in (1, 2):
        with isolated(logger, "Row %s failed", number), transaction.atomic():
            Complaint.objects.get(pk=number)

    assert [record.getMessage() for record in caplog.records] == ["Row 1 failed", "Row 2 failed"]
    assert "DoesNotExist" in caplog.text


def test_the_end_of_a_tasks_time_ends_the_sweep():
    with pytest.raises(SoftTimeLimitExceeded), isolated(logger, "Row"):
        raise SoftTimeLimitExceeded


def test_the_end_of_a_tasks_time_ends_what_reads_letters(monkeypatch):
    """Whoever goes on is killed, counts nothing, and begins anew with the same."""

    def too_long(*_args, **_more):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(mail, "read_letter", too_long)
    inlet = make_inlet("pull", due_at=NOW)
    monkeypatch.setitem(running._RUNS, Kind.PULL, too_long)

    for work in (lambda: mail._read(b"", now=NOW), lambda: running.run_due(now=NOW)):
        with pytest.raises(SoftTimeLimitExceeded):
            work()

    inlet.refresh_from_db()
    assert inlet.failures == 1


def test_an_address_that_takes_a_tasks_time_is_left_to_a_person_and_ends_it(monkeypatch):
    """Rolled back it would be taken again, with all beside it, for ever."""
    waiting = {"placing": "waiting", "point": None, "precision": "", "placed_at": None}
    placed, endless, later = (make_complaint(address=str(n), **waiting) for n in range(3))

    def geocode(address):
        if address == endless.address:
            raise SoftTimeLimitExceeded

    monkeypatch.setattr(geocoder, "geocode", geocode)

    assert geocode_waiting(now=NOW) == 2

    states = [Complaint.objects.get(pk=one.pk).placing for one in (placed, endless, later)]
    assert states == ["review", "review", "waiting"]


def test_a_database_that_can_be_asked_nothing_more_ends_the_sweep():
    broken = pytest.raises(DatabaseError)
    with broken, transaction.atomic(), isolated(logger, "Row"), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")


def test_a_complaint_that_cannot_be_handled_by_itself_holds_up_no_other():
    SingleRule.objects.update_or_create(pk=1, defaults={"severity_from": 1})
    times = {"occurred_at": NOW, "received_at": NOW}
    first = make_complaint(**times, point=Point(37.5, 55.7, srid=4326))
    make_complaint(**times)
    refuse("spots_case", f"started_at IS NOT NULL AND ST_X(NEW.centre) = {first.point.x}")

    assert open_singles(now=NOW) == 1
    assert Case.objects.get(kind="single").memberships.get().complaint_id != first.pk


def test_an_age_that_cannot_be_ended_holds_up_no_other_and_the_run_is_not_done():
    ours, theirs = make_complaint(), make_complaint(brand=make_brand("other"), customer=None)
    refuse("complaints_complaint", f"brand_id = {ours.brand_id}")

    assert end_by_age(now=NOW + timedelta(days=200)) == 1

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.kept, theirs.kept) == (0, 1)
    assert RetentionRun.objects.get().caught_up_at is None


def test_a_launch_that_cannot_be_counted_holds_up_no_other():
    first, second = make_launch(), make_launch(name="Зимний")
    refuse("heatmaps_project_launchday", f"launch_id = {first.pk}")

    assert watch_launches(now=NOW) == len(list(days_of(second, now=NOW))) > 1
    assert set(LaunchDay.objects.values_list("launch", flat=True)) == {second.pk}


def test_a_report_that_cannot_be_made_holds_up_no_other():
    first, second = make_brand(), make_brand("other")
    refuse("heatmaps_project_auditreport", f"brand_id = {first.pk}")

    assert report_last_month(now=datetime(2026, 4, 2, 9, tzinfo=UTC)) == 1
    assert AuditReport.objects.get().brand == second
