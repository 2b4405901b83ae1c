"""The page of the audit: which promises were kept, which were not, and why."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.customers.reader import walls_of
from complaints.row_number import row_number
from complaints.table_files import table_file
from heatmaps_project.supervision.audit import breaches, export, tables
from heatmaps_project.supervision.audit.figures import BY, HOW, Audit, audit
from heatmaps_project.supervision.audit.forms import LABELS, AuditForm
from heatmaps_project.supervision.audit.names import Names, names_for
from heatmaps_project.supervision.audit.promises import Promises, promises_of


def asked(request: HttpRequest) -> tuple[AuditForm, Names]:
    """
    Return the form of what an address asks for, and the names it may ask by.

    :raises Http404: it asks for a row that is not there, or behind the reader's walls
    """
    names = names_for(walls_of(request))
    form = AuditForm(request.GET, names=names, now=timezone.now())
    if not form.is_valid() and form.is_foreign():
        raise Http404
    return form, names


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def audit_page(request: HttpRequest) -> HttpResponse:
    """:raises Http404: the address asks for a row that is not there, or is no page of the list"""
    form, names = asked(request)
    by = request.GET.get("by", BY[0])
    if by not in BY:
        raise Http404
    context = {
        **admin.site.each_context(request),
        "title": _("Audit of promises"),
        "form": form,
        "how": HOW,
    }
    if not form.is_valid():
        return render(request, "supervision/audit/page.html", context, status=400)
    promises = promises_of(form.scope(walls_of(request)))
    found = audit(promises, by=(by,))
    context |= {
        "scope": promises.scope,
        "audit": found,
        "targets": [
            (names.of("target", target), found.by_target[target])
            for target in tables.targets_of(found)
        ],
        "trend": tables.trend(found, promises.scope.unit),
        "used": tables.used(found),
        "tabs": [(name, LABELS[name], tables.changed(request.GET, by=name)) for name in BY],
        "by": by,
        "rows": tables.dimension(found, by, names, request.GET),
        "reasons": [(names.of("reason", value), count) for value, count in found.reasons],
        **_breaches(request, promises, found, names),
    }
    return render(request, "supervision/audit/page.html", context)


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def audit_file(request: HttpRequest, what: str, form: str) -> HttpResponseBase:
    """
    Broken promises, or all that fell due, as the audit page was asked for them.

    :raises Http404: the address asks for what is not there, or makes no sense
    """
    page, names = asked(request)
    if not page.is_valid() or what not in ("broken", "all"):
        raise Http404
    scope = page.scope(walls_of(request))
    rows = breaches.exported(promises_of(scope), broken=what == "broken")
    lines = export.cells(rows, names, scope.zone)
    return table_file(lines, name=f"promises-{scope.first}-{scope.last}", form=form)


def _breaches(
    request: HttpRequest, promises: Promises, found: Audit, names: Names
) -> Mapping[str, Any]:
    number = row_number(request.GET.get("page", "1"))
    pages = min(breaches.MOST_PAGES, max(1, -(-found.all.broken // breaches.A_PAGE)))
    if number is None or not 1 <= number <= pages:
        raise Http404
    query = tables.changed(request.GET)
    first = found.newest_broken(number * breaches.A_PAGE)
    since = datetime.combine(first, time(), promises.scope.zone) if first else None
    worst, broken = breaches.listed(promises, page=number, since=since)
    return {
        "worst": tables.breaches(worst, names),
        "broken": tables.breaches(broken, names),
        "page": number,
        "pages": pages,
        "is_cut": found.all.broken > pages * breaches.A_PAGE,
        "before": f"{query}&page={number - 1}" if number > 1 else "",
        "after": f"{query}&page={number + 1}" if number < pages else "",
        "query": query,
        "files": ("csv", "xlsx"),
    }
