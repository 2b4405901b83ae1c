"""The figures of a report as text of which equal figures have one form, and its seals."""

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from django.core import signing

from heatmaps_project.supervision.audit.breaches import Row
from heatmaps_project.supervision.audit.figures import Audit, Counts, Line
from heatmaps_project.supervision.audit.scope import AuditScope

# Priority bands are not kept for every moment: what is counted by them cannot be counted anew.
REPORTED: Final = ("team", "engineer", "region", "topic", "brand", "policy")
_SALT: Final = "heatmaps.audit.report"


def canonical(scope: AuditScope, audit: Audit, worst: list[Row]) -> str:
    """Return the figures as JSON: rows by number, keys in order, no spaces."""
    told = {
        "format": 1,
        "first": scope.first,
        "last": scope.last,
        "zone": str(scope.zone),
        "as_of": scope.as_of,
        "filters": scope.filters,
        "targets": _counts(audit.by_target),
        "by": {name: _lines(audit.by[name]) for name in REPORTED},
        "days": _lines(audit.trend),
        "used": audit.used,
        "reasons": sorted(([value or 0, count] for value, count in audit.reasons)),
        "worst": [
            [row.clock_id, row.case_id, row.target, row.due_at, row.late, row.outcome]
            for row in worst
        ],
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"), default=_plain)


def _counts(by_target: Any) -> dict[str, dict[str, int]]:
    return {target: _of(counts) for target, counts in by_target.items() if _of(counts)}


def _of(counts: Counts) -> dict[str, int]:
    return {str(name): count for name, count in counts.by_outcome.items() if count}


def _lines(lines: list[Line]) -> list[list[Any]]:
    rows = [[line.value, _counts(line.by_target)] for line in lines]
    return sorted(rows, key=lambda row: (row[0] is not None, str(row[0])))


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def checksum(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def signature(figures: str, page: str) -> str:
    """Return the seal, with the installation's key, on figures and page together."""
    return signing.Signer(salt=_SALT).signature(_sealed(figures, page))


def is_signed(figures: str, page: str, seal: str) -> bool:
    """Whether a seal is this installation's, made with its key or an earlier one, on both."""
    try:
        signing.Signer(salt=_SALT).unsign(f"{_sealed(figures, page)}:{seal}")
    except signing.BadSignature:
        return False
    return True


def _sealed(figures: str, page: str) -> str:
    return f"{checksum(figures)}.{checksum(page)}"
