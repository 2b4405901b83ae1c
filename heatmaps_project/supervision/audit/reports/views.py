"""The pages of monthly reports: the list, making one, reading it, and verifying it."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.customers.reader import walls_of
from heatmaps_project.models import User
from heatmaps_project.supervision.audit.reports.canonical import checksum, is_signed
from heatmaps_project.supervision.audit.reports.counting import counted_anew
from heatmaps_project.supervision.audit.reports.forms import ReportForm
from heatmaps_project.supervision.audit.reports.models import AuditReport
from heatmaps_project.supervision.audit.reports.transitions import make_report

LISTED = 200
# The page brings its style with it, and may do nothing else.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def reports_page(request: HttpRequest) -> HttpResponse:
    """The reports that the reader may see; a POST makes one."""
    walls, now = walls_of(request), timezone.now()
    form = ReportForm(request.POST or None, walls=walls, now=now)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # the site asks for a sign-in first
        language = (translation.get_language() or "ru")[:2]
        make_report(**form.cleaned_data, language=language, by=request.user, now=now)
        messages.success(request, _("The report was made."))
        return redirect("audit-reports")
    newest = AuditReport.objects.within(walls).select_related("brand", "region", "by")
    context = {
        **admin.site.each_context(request),
        "title": _("Monthly reports of the audit"),
        "form": form,
        "reports": newest.defer("figures", "page", "region__outline").order_by("-month", "-pk")[
            :LISTED
        ],
    }
    status = 400 if form.errors else 200
    return render(request, "supervision/audit/reports.html", context, status=status)


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def report_page(request: HttpRequest, report_id: int) -> HttpResponse:
    """The report itself, as it was made. :raises Http404: there is none, or behind a wall"""
    report = _found(request, report_id)
    return HttpResponse(report.page, headers={"Content-Security-Policy": ALONE})


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def report_figures(request: HttpRequest, report_id: int) -> HttpResponse:
    """Its figures, of which the checksum is. :raises Http404: as `report_page`"""
    report = _found(request, report_id)
    name = f'attachment; filename="audit-{report}-{report.pk}.json"'
    headers = {"Content-Disposition": name}
    return HttpResponse(report.figures, content_type="application/json", headers=headers)


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def verify_page(request: HttpRequest, report_id: int) -> HttpResponse:
    """Whether the report is as it was made, and counting anew gives the same."""
    report = _found(request, report_id)
    anew = checksum(counted_anew(report))
    context = {
        **admin.site.each_context(request),
        "title": _("Report № %(n)d: is it genuine?") % {"n": report.pk},
        "report": report,
        "anew": anew,
        "checks": (
            (
                checksum(report.figures) == report.sha256,
                _("The checksum of this report is right."),
                _("The checksum does not match the figures."),
            ),
            (
                is_signed(report.figures, report.page, report.signature),
                _("The signature is this installation's, on these figures and this page."),
                _("The signature does not match: figures or page are not those that were made."),
            ),
            (
                anew == report.sha256,
                _("Counted anew as of the same moment, the figures are the same."),
                _("Counted anew as of the same moment, the figures are others."),
            ),
        ),
    }
    return render(request, "supervision/audit/verify.html", context)


def _found(request: HttpRequest, report_id: int) -> AuditReport:
    rows = AuditReport.objects.within(walls_of(request)).select_related("brand", "region")
    return get_object_or_404(rows.defer("region__outline"), pk=report_id)
