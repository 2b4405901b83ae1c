"""Ladders, stages and what was told, in sentences."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.customers.reader import name_of
from spots.cases.wording import moment
from spots.escalation.firings import Firing
from spots.escalation.models import Receiver, Rung


def ladder_in_words(rungs: Iterable[Rung]) -> Iterator[str]:
    """Yield a sentence for each active rung, lowest first, promise by promise."""
    active = [rung for rung in rungs if rung.active]
    ordered = sorted(active, key=lambda rung: (rung.target, rung.stage.height))
    for _target, group in groupby(ordered, key=lambda rung: rung.target):
        stages = [list(run) for _, run in groupby(group, key=lambda rung: rung.stage.height)]
        for number, run in enumerate(stages):
            above = stages[number + 1] if number + 1 < len(stages) else []
            yield from (_rung(rung, above) for rung in run)


def _rung(rung: Rung, above: Sequence[Rung]) -> str:
    named = {
        "stage": capfirst(stage_in_words(rung)),
        "who": receiver_in_words(rung),
        "how": _joined([_("inbox"), *_channels(rung)]),
    }
    said = _("%(stage)s: %(who)s, by %(how)s") % named
    if rung.climb_minutes is None:
        return said
    unanswered = ngettext(
        "unanswered after %(n)d minute", "unanswered after %(n)d minutes", rung.climb_minutes
    ) % {"n": rung.climb_minutes}
    people = _joined([receiver_in_words(one) for one in above]) or _("nobody is above")
    return _("%(said)s; %(unanswered)s: %(people)s") % {
        "said": said,
        "unanswered": unanswered,
        "people": people,
    }


def stage_in_words(rung: Rung) -> str:
    """Return when a stage is reached."""
    target = rung.get_target_display()
    if rung.percent is not None:
        return _("%(percent)d %% of the time used (%(target)s)") % {
            "percent": rung.percent,
            "target": target,
        }
    after = rung.after_minutes or 0
    if not after:
        return _("missed (%(target)s)") % {"target": target}
    if rung.working:
        told = ngettext(
            "%(n)d working minute after the breach (%(target)s)",
            "%(n)d working minutes after the breach (%(target)s)",
            after,
        )
    else:
        told = ngettext(
            "%(n)d minute after the breach (%(target)s)",
            "%(n)d minutes after the breach (%(target)s)",
            after,
        )
    return told % {"n": after, "target": target}


def receiver_in_words(rung: Rung) -> str:
    if rung.receiver == Receiver.PERSON:
        return name_of(rung.person)
    if rung.receiver == Receiver.TEAM:
        return _("the team “%(team)s”") % {"team": rung.team}
    return str(rung.get_receiver_display())


def firing_in_words(firing: Firing) -> str:
    """Return what is the matter, with the due time on the reader's clock and on the place's."""
    stage = capfirst(stage_in_words(firing.rung))
    if firing.due_at is None:
        return stage
    due = moment(firing.due_at, firing.clock.case.region.time_zone)
    return _("%(stage)s. Due: %(due)s") % {"stage": stage, "due": due}


def _channels(rung: Rung) -> list[str]:
    labels = dict(Rung._meta.get_field("channels").base_field.flatchoices)
    return [str(labels[channel]) for channel in rung.channels if channel in labels]


def _joined(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(all)s and %(last)s") % {"all": ", ".join(parts[:-1]), "last": parts[-1]}
