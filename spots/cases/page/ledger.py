"""What happened to a case's promised times, as lines of its timeline."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.http import HttpRequest
from django.utils.translation import gettext as _

from complaints.customers.reader import name_of
from spots.cases.models import Case
from spots.cases.page.story import Told, newest
from spots.cases.page.timeline import Group, Line
from spots.cases.wording import moment
from spots.sla.explain import reason_in_words
from spots.sla.models import LedgerEntry


def promises(request: HttpRequest, case: Case, before: datetime | None) -> Told:
    """The SLA's ledger: what ran, was done, missed or given up, and by whom; one query."""
    rows = LedgerEntry.objects.filter(clock__case=case).select_related("clock", "by")
    found, reach = newest(rows, moment="at", before=before)
    # All promises of a case start at once, and end at once when it ends: that is one line.
    runs = groupby(found, key=lambda entry: (entry.at, entry.kind, entry.by_id, entry.reason))
    zone = case.region.time_zone
    return Told([_line([*run][::-1], zone) for _same, run in runs], reach)


def _line(entries: Sequence[LedgerEntry], zone: str) -> Line:
    entry = entries[0]
    return Line(
        at=entry.at,
        group=Group.SLA,
        kind=f"sla-{entry.kind}",
        label=_("SLA: %(what)s") % {"what": entry.get_kind_display()},
        when=moment(entry.at, zone),
        who=name_of(entry.by),
        note=reason_in_words(entry),
        details=[
            _("%(promise)s by %(moment)s")
            % {"promise": one.clock.get_target_display(), "moment": moment(one.due_at, zone)}
            if one.due_at
            else one.clock.get_target_display()
            for one in entries
        ],
    )
