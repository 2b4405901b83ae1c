"""A report as a page of HTML that needs nothing else: style and charts are in it."""

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation

from complaints.customers.walls import NO_WALLS
from heatmaps_project.supervision.audit import tables
from heatmaps_project.supervision.audit.figures import HOW
from heatmaps_project.supervision.audit.forms import LABELS
from heatmaps_project.supervision.audit.names import names_for
from heatmaps_project.supervision.audit.reports.canonical import REPORTED, checksum
from heatmaps_project.supervision.audit.reports.counting import Counted

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def drawn(counted: Counted, *, language: str) -> str:
    """Return the page of what was counted, in a language; its times are of the scope's zone."""
    names, nothing = names_for(NO_WALLS), QueryDict()
    scope, found = counted.scope, counted.audit
    with translation.override(language), timezone.override(scope.zone):
        context = {
            "scope": scope,
            "brand": names.of("brand", scope.filters["brand"]) if "brand" in scope.filters else "",
            "region": names.of("region", scope.filters["region"])
            if "region" in scope.filters
            else "",
            "audit": found,
            "targets": [
                (names.of("target", target), found.by_target[target])
                for target in tables.targets_of(found)
            ],
            "trend": tables.trend(found, scope.unit),
            "used": tables.used(found),
            "tables": [
                (LABELS[name], tables.dimension(found, name, names, nothing)) for name in REPORTED
            ],
            "reasons": [(names.of("reason", value), count) for value, count in found.reasons],
            "worst": tables.breaches(counted.worst, names),
            "how": HOW,
            "sha256": checksum(counted.figures),
            "language": language,
        }
        return render_to_string("supervision/audit/report.html", context)
