"""What the page of a batch shows: what it would send, what came true, and what may be done."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncHour
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from complaints.customers.reader import name_of
from feedback.notifications.batches.forecasts import Forecast, outcome
from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.states import FROM, NOT_BEGUN, BatchState, Step
from feedback.notifications.holding.rules import SendingRule
from feedback.notifications.outbox.states import State
from feedback.notifications.recipients.zones import zone_of
from feedback.notifications.transitions.batches import APPROVE, START
from spots.cases.wording import moment

# What a gateway surely has: not what nobody knows of, nor what was refused or dropped.
_GONE = Q(state__in=[State.HANDED_OVER, State.DELIVERED]) | Q(
    state__in=[State.FAILED, State.EXPIRED], handed_over_at__isnull=False
)
LABELS = {
    Step.START: gettext_lazy("Start"),
    Step.APPROVE: gettext_lazy("Approve"),
    Step.PAUSE: gettext_lazy("Pause"),
    Step.GO_ON: gettext_lazy("Go on"),
    Step.CANCEL: pgettext_lazy("batch", "Cancel the rest"),
}


def context_of(request: HttpRequest, batch: Announcement) -> dict[str, Any]:
    by_state = batch.messages.order_by("state").values_list("state")
    rows = list(by_state.annotate(Count("pk"), gone=Count("pk", filter=_GONE)))
    counted = {state: count for state, count, _gone in rows}
    total, gone = sum(counted.values()), sum(gone for _state, _count, gone in rows)
    zone = zone_of(batch.region)
    counting = batch.forecast_at is None and batch.state in NOT_BEGUN
    return {
        "batch": batch,
        "states": [
            (state.value, state.label, counted[state]) for state in State if counted.get(state)
        ],
        "total": total,
        "gone": gone,
        "expected": in_words(Forecast.of(batch.forecast)) if batch.forecast_at else [],
        "counting": counting,
        "counted_at": moment(batch.forecast_at, zone) if batch.forecast_at else "",
        "written": in_words(outcome(batch)) if total else [],
        "by_the_hour": _by_the_hour(batch, zone) if gone else [],
        "keys": _keys(request, batch),
        "why_waiting": _why_waiting(request, batch),
        "live": batch.state == BatchState.GOING or counting,
        "steps": [
            (moment(one.at, zone), one.get_step_display(), name_of(one.by))
            for one in batch.steps.select_related("by").order_by("pk")
        ],
    }


def _by_the_hour(batch: Announcement, zone: str) -> list[tuple[str, int]]:
    """Return how many went in each hour."""
    gone = batch.messages.filter(_GONE, handed_over_at__isnull=False)
    by_hour = gone.values(hour=TruncHour("handed_over_at", tzinfo=ZoneInfo(zone)))
    rows = by_hour.annotate(count=Count("pk")).order_by("hour")
    return [(moment(row["hour"], zone), row["count"]) for row in rows]


def in_words(counts: Forecast) -> list[str]:
    """Return "412 SMS, 388 of one part …", a line each; what is nought is not said."""
    lines = []
    if sms := sum(counts.sms.values()):
        lines.append(
            ngettext(
                "%(n)d SMS, %(parts)d part in all",
                "%(n)d SMS, %(parts)d parts in all",
                counts.parts,
            )
            % {"n": sms, "parts": counts.parts}
        )
        lines += [
            ngettext("of one part: %(n)d", "of %(parts)d parts: %(n)d", int(parts))
            % {"parts": int(parts), "n": count}
            for parts, count in counts.sms.items()
        ]
    said = (
        (counts.pushes, _("push messages: %(n)d")),
        (counts.emails, _("e-mails: %(n)d")),
        (counts.at_once if counts.held else 0, _("at once: %(n)d")),
        (counts.held, _("held until the morning: %(n)d")),
        *((n, when) for when, n in _mornings(counts).items()),
        (counts.late, _("too late to be of use: %(n)d")),
        (counts.opted_out, _("do not want such messages: %(n)d")),
        (counts.silent, _("without phone and e-mail: %(n)d")),
        (counts.informed, _("know it already: %(n)d")),
        (counts.left_out, _("named by strangers alone, too many today: %(n)d")),
    )
    return [*lines, *(words % {"n": count} for count, words in said if count)] or [
        _("nobody gets a message")
    ]


def _mornings(counts: Forecast) -> Counter[str]:
    """Return how many are held until when: a line of words for each end of a night."""
    found = Counter[str]()
    for named, count in counts.mornings.items():
        at, zone = named.split(" ")
        ends = datetime.fromisoformat(at)
        offset = ends.astimezone(ZoneInfo(zone)).isoformat()[-6:].removesuffix(":00")
        words = _("of them from %(moment)s, UTC%(offset)s: %%(n)d")
        found[words % {"moment": moment(ends, zone), "offset": offset}] += count
    return found


def _keys(request: HttpRequest, batch: Announcement) -> list[tuple[str, Any, bool]]:
    """Return what this reader may do with the batch now: name, label, and whether it is first."""
    return [
        (step.value, LABELS[step], step in (Step.START, Step.APPROVE, Step.GO_ON))
        for step in FROM
        if batch.state in FROM[step] and _may(request, batch, step)
    ]


def _may(request: HttpRequest, batch: Announcement, step: Step) -> bool:
    if step != Step.APPROVE:
        return request.user.has_perm(START)
    return request.user.has_perm(APPROVE) and batch.asked_by_id != request.user.pk


def _why_waiting(request: HttpRequest, batch: Announcement) -> str:
    if batch.state != BatchState.WAITING:
        return ""
    above = {"n": SendingRule.in_force().approve_above}
    if batch.asked_by_id is None:
        return _("More than %(n)d people are concerned: two persons have to approve it.") % above
    if batch.recipients <= above["n"]:
        return _("Who started it has told many within a day: a second person has to approve it.")
    return _("More than %(n)d people are concerned: a second person has to approve it.") % above
