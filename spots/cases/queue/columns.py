"""The columns of the queue as HTML."""

from zlib import crc32

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.customers.personal import masked_place
from complaints.customers.reader import name_of
from spots.cases.flooded import flood_in_words, floods
from spots.cases.models import Case
from spots.cases.wording import moment, number, span, time_left, urgency
from spots.sla.models import Target

NOTHING = SafeString('<span class="case-none">—</span>')


def mark(case: Case) -> str:
    """A short digest of what a row of the queue shows: another one, and it looks different."""
    now = timezone.now()
    facts = (
        case.state,
        case.band,
        round(case.priority),
        case.customers,
        case.place,
        case.topic_id,
        case.team_id,
        case.engineer_id,
        case.cause_id,
        case.eta_at,
        _is_late(case),
        case.waits_for,
        case.waits_until,
        case.quiet_since,
        case.next_due_at,
        case.next_due_at and urgency(case.next_due_at, now=now),
        case.pk in floods(),
    )
    return f"{crc32(repr(facts).encode()):08x}"


def _is_late(case: Case) -> bool:
    """Whether what customers are told has passed."""
    return case.has_term and case.eta_at is not None and case.eta_at <= timezone.now()


def row(case: Case) -> SafeString:
    """
    What scripts want to know of a row: whose it is, where, and what it shows.

    A hundred metres are near enough beside a list, and a single case's row says whose it is.
    """
    lon, lat = masked_place(*case.centre.coords)
    return format_html(
        '<span hidden data-spot="{}" data-mark="{}" data-at="{} {}" data-band="{}"></span>',
        case.pk,
        mark(case),
        lat,
        lon,
        case.band,
    )


def priority(case: Case) -> SafeString:
    return format_html(
        '<span class="case-band case-band-{}">P{}</span> <span class="case-points">{}</span>',
        case.band,
        case.band,
        number(round(case.priority)),
    )


def place(case: Case) -> SafeString:
    """Where, its number, and whether a few numbers make it look larger than it is."""
    shown = format_html(
        '<span class="case-place">{}</span> <span class="case-second">№ {}</span>',
        case.place or _("no address"),
        case.pk,
    )
    flood = floods().get(case.pk)
    if flood is None:
        return shown
    return format_html(
        '{} <span class="case-late" title="{}">{}</span>',
        shown,
        flood_in_words(flood),
        _("few numbers, many complaints"),
    )


def state(case: Case) -> SafeString:
    """The state, what it waits for, and whether complaints have stopped coming."""
    badge = format_html(
        '<span class="case-state case-state-{}">{}</span>', case.state, case.get_state_display()
    )
    more = [_waiting(case)] if case.waits_for else []
    if case.quiet_since is not None:
        more.append(format_html('<span class="case-number">{}</span>', _("quiet")))
    return format_html_join(" ", "{}", [(part,) for part in (badge, *more)])


def _waiting(case: Case) -> SafeString:
    """What it waits for and until when; coloured where that has passed."""
    if case.waits_until is None:
        return format_html('<span class="case-second">{}</span>', case.get_waits_for_display())
    late = case.waits_until <= timezone.now()
    return format_html(
        '<span class="case-{}">{}, {}</span>',
        "late" if late else "second",
        case.get_waits_for_display(),
        _("until %(moment)s") % {"moment": moment(case.waits_until)},
    )


def owner(case: Case) -> SafeString:
    """The team, and who of it; nobody's case is seen at once."""
    if case.team is None:
        return format_html('<span class="case-late">{}</span>', _("no team"))
    who = name_of(case.engineer)
    return format_html('{} <span class="case-second">{}</span>', case.team, who)


def promised(case: Case) -> SafeString:
    """What customers are told; coloured where it is not true any more."""
    if case.eta_at is None:
        return NOTHING
    tone = "late" if _is_late(case) else "calm"
    return format_html('<span class="case-{}">{}</span>', tone, moment(case.eta_at))


def next_due(case: Case) -> SafeString:
    """The SLA promise that runs out next, and when."""
    if case.next_target is None:
        return NOTHING
    if case.next_due_at is None:
        return format_html('<span class="case-second">{}</span>', _("stands still"))
    now = timezone.now()
    return format_html(
        '<span class="case-{} case-whole" title="{}">{}</span> <span class="case-second">{}</span>',
        urgency(case.next_due_at, now=now),
        moment(case.next_due_at),
        time_left(case.next_due_at, now=now),
        Target(case.next_target).label,
    )


def opened(case: Case) -> SafeString:
    age = span(timezone.now() - case.opened_at)
    return format_html('<span class="case-whole" title="{}">{}</span>', moment(case.opened_at), age)
