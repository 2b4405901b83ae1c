"""Who was told that a case's promises were at risk, as lines of its timeline."""

from datetime import datetime
from itertools import groupby

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.customers.reader import name_of
from spots.cases.models import Case
from spots.cases.page.story import Told, newest
from spots.cases.page.timeline import Group, Line
from spots.cases.wording import moment
from spots.escalation.firings import Firing
from spots.escalation.firings import Told as State
from spots.escalation.wording import stage_in_words

UNHEARD = (State.WAITING, State.DROPPED)


def escalations(request: HttpRequest, case: Case, before: datetime | None) -> Told:
    """The stages that its clocks reached, whom that reached, and who answered; two queries."""
    rows = Firing.objects.filter(clock__case=case).select_related("rung", "acknowledged_by")
    rows = rows.prefetch_related("notices__user")
    found, reach = newest(rows, moment="reached_at", before=before)
    runs = groupby(found, key=lambda one: (one.reached_at, stage_in_words(one.rung)))
    zone = case.region.time_zone
    return Told([_line(list(run), zone) for _same, run in runs], reach)


def _line(firings: list[Firing], zone: str) -> Line:
    first = firings[0]
    details = []
    for firing in firings:
        people = [name_of(one.user) for one in firing.notices.all() if one.state not in UNHEARD]
        if people:
            details.append(pgettext("timeline", "told: %(who)s") % {"who": ", ".join(people)})
        if firing.climbed_from_id:
            details.append(_("Nobody answered at the stage before."))
        if firing.acknowledged_at:
            answered = moment(firing.acknowledged_at, zone)
            named = {"who": name_of(firing.acknowledged_by), "at": answered}
            details.append(_("%(who)s takes care of it, %(at)s") % named)
    return Line(
        at=first.reached_at,
        group=Group.SLA,
        kind="escalation",
        label=_("Escalation: %(stage)s") % {"stage": stage_in_words(first.rung)},
        when=moment(first.reached_at, zone),
        who="",
        details=details,
    )
