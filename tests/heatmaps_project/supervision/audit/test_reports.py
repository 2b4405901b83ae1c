"""Monthly reports: sealed, never changed, and counted anew to the same checksum."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from heatmaps_project.models import AuditReport
from heatmaps_project.supervision.audit.reports import transitions
from heatmaps_project.supervision.audit.reports.canonical import checksum, is_signed
from heatmaps_project.supervision.audit.reports.counting import counted_anew
from spots.cases import transitions as cases
from spots.models import Policy
from spots.sla import transitions as sla
from spots.sla.models import Target
from tests.factories import NOW, make_audit_report, make_brand, make_region, make_team, make_user
from tests.heatmaps_project.supervision.audit.worked import DAY, HOUR, promised

pytestmark = pytest.mark.django_db
APRIL = NOW + timedelta(days=10)
MARCH = date(2026, 3, 1)


def worked():
    """A month in which one case was fixed in time, one late, and one not at all."""
    promised(NOW - 2 * DAY, fixed=NOW - 2 * DAY + HOUR / 2, team=make_team())
    promised(NOW - DAY, fixed=NOW - DAY + 9 * HOUR)
    return promised(NOW - DAY)


def made(**fields):
    row = {"month": MARCH, "brand": make_brand(), "region": None, "language": "en", "by": None}
    transitions.make_report(**{**row, "now": APRIL, **fields})
    return AuditReport.objects.latest("pk")


def test_a_report_tells_the_month_and_is_sealed():
    worked()

    report = made()

    told = json.loads(report.figures)
    assert told["targets"]["fix"] == {"kept": 1, "late": 1, "missed": 1}
    assert report.sha256 == checksum(report.figures)
    assert is_signed(report.figures, report.page, report.signature)
    assert report.sha256 in report.page
    assert "March 2026" in report.page


def test_counted_anew_much_later_it_gives_the_same_checksum():
    missed = worked()
    report = made()

    for target in (Target.REACTION, Target.ETA, Target.FIX):
        sla.satisfy(case_id=missed.pk, target=target, by=None, now=APRIL + DAY, at=missed.opened_at)
    cases.route(case_id=missed.pk, team=make_team("core"), by=None, now=APRIL + DAY)
    Policy.objects.update(fix_minutes=1)
    promised(APRIL + DAY)
    sla.mark_breaches(now=APRIL + 9 * DAY)

    assert checksum(counted_anew(report)) == report.sha256
    assert json.loads(made(now=APRIL + 9 * DAY, by=make_user()).figures)["targets"]["fix"] == {
        "kept": 2,
        "late": 1,
    }


@pytest.mark.parametrize("column", ["figures", "page", "sha256", "signature", "month"])
def test_the_database_refuses_to_change_a_report(column):
    report = make_audit_report()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditReport.objects.filter(pk=report.pk).update(**{column: getattr(report, column)})
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        report.delete()


def test_a_month_that_has_not_ended_is_not_reported():
    with pytest.raises(ValueError, match="not ended"):
        made(month=date(2026, 4, 1))


def test_the_first_run_of_a_month_reports_each_brand_once():
    make_brand()
    make_brand("rival")

    assert transitions.report_last_month(now=APRIL) == 2
    assert transitions.report_last_month(now=APRIL + DAY) == 0
    assert set(AuditReport.objects.values_list("month", "brand__code")) == {
        (MARCH, "demo"),
        (MARCH, "rival"),
    }
    assert transitions.report_last_month(now=APRIL + 30 * DAY) == 2


@time_machine.travel(APRIL, tick=False)
def test_a_supervisor_makes_one_of_their_own_brand_and_region_and_verifies_it(signed_in):
    worked()
    client = signed_in(make_user("supervisor", language="en"))
    form = {"month": "2026-03", "brand": make_brand().pk, "region": make_region().pk}

    assert client.post(reverse("audit-reports"), form).status_code == 302

    report = AuditReport.objects.get()
    assert report.by is not None
    page = client.get(reverse("audit-report", args=[report.pk]))
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.content.decode() == report.page
    verified = client.get(reverse("audit-report-verify", args=[report.pk])).content.decode()
    assert verified.count("✓") == 3
    figures = client.get(reverse("audit-report-figures", args=[report.pk])).content.decode()
    assert checksum(figures) == report.sha256


@pytest.mark.parametrize(
    "asked",
    [
        {"month": "2026-04"},
        {"month": "March"},
        {"brand": ""},
        {"region": ""},
        {"brand": "rival"},
    ],
)
@time_machine.travel(APRIL, tick=False)
def test_what_has_not_ended_or_is_behind_a_wall_is_not_made(signed_in, asked):
    form = {"month": "2026-03", "brand": make_brand().pk, "region": make_region().pk} | asked
    if form["brand"] == "rival":
        form["brand"] = make_brand("rival").pk

    assert signed_in("supervisor").post(reverse("audit-reports"), form).status_code == 400
    assert not AuditReport.objects.exists()


@time_machine.travel(APRIL, tick=False)
def test_whoever_tampers_with_a_report_is_found_out(signed_in):
    worked()
    report = made(region=make_region())
    better = report.figures.replace('"late":1', '"late":0')
    forged = {"page": report.page, "signature": report.signature, "month": report.month}
    copy = make_audit_report(figures=better, sha256=checksum(better), as_of=APRIL, **forged)

    page = signed_in("supervisor").get(reverse("audit-report-verify", args=[copy.pk]))

    assert page.content.decode().count("✗") == 2


@pytest.mark.parametrize("name", ["audit-report", "audit-report-figures", "audit-report-verify"])
def test_reports_of_others_are_not_found(signed_in, name):
    client = signed_in("supervisor")
    foreign = [
        make_audit_report(brand=make_brand("rival")),
        make_audit_report(region=make_region("far")),
        make_audit_report(region=None),
        make_audit_report(brand=None),
    ]

    for report in foreign:
        assert client.get(reverse(name, args=[report.pk])).status_code == 404
    listed = client.get(reverse("audit-reports")).content.decode()
    assert all(reverse(name, args=[report.pk]) not in listed for report in foreign)
