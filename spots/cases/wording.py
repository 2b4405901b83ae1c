"""What is stored about a case, in sentences for whoever reads."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def moment(at: datetime, zone: str = "") -> str:
    """Return a moment in the reader's zone and, where its clock differs, in `zone` too."""
    here = timezone.localtime(at)
    words = date_format(here, "j E, H:i" if here.year == _this_year() else "j E Y, H:i")
    there = at.astimezone(ZoneInfo(zone)) if zone else here
    if there.utcoffset() == here.utcoffset():
        return words
    same_day = there.date() == here.date()
    local = date_format(there, "H:i" if same_day else "j E, H:i")
    return _("%(moment)s (%(local)s there)") % {"moment": words, "local": local}


def _this_year() -> int:
    return timezone.localtime(datetime.now(UTC)).year


def span(length: timedelta) -> str:
    """Return a length of time in its two largest units: days, hours, minutes."""
    minutes = max(int(length.total_seconds() // 60), 0)
    days, hours = divmod(minutes // 60, 24)
    parts = {"days": days, "hours": hours, "minutes": minutes % 60}
    if days:
        return _("%(days)d d %(hours)d h") % parts if hours else _("%(days)d d") % parts
    if hours:
        return (
            _("%(hours)d h %(minutes)d min") % parts if minutes % 60 else _("%(hours)d h") % parts
        )
    return _("%(minutes)d min") % parts


def time_left(due_at: datetime, *, now: datetime) -> str:
    """Return how long there is until a due time, or how long ago it was."""
    if due_at > now:
        return _("%(span)s left") % {"span": span(due_at - now)}
    return _("late by %(span)s") % {"span": span(now - due_at)}


def urgency(due_at: datetime, *, now: datetime) -> str:
    """Return how a due time is coloured: late, soon (within the hour) or calm."""
    if due_at <= now:
        return "late"
    return "soon" if due_at - now <= timedelta(hours=1) else "calm"


def evidence_in_words(evidence: Mapping[str, Any]) -> str:
    """Return why the engine took the place for a spot; "" where it did not say."""
    try:
        customers, hours = int(evidence["customers"]), float(evidence["hours"])
        expected = float(evidence["expected"])
    except (KeyError, TypeError, ValueError):
        return ""
    words = ngettext(
        "%(n)d customer in %(hours)s h, where %(expected)s would be usual",
        "%(n)d customers in %(hours)s h, where %(expected)s would be usual",
        customers,
    )
    said = words % {"n": customers, "hours": number(hours), "expected": number(expected)}
    return f"{said}; {_surveys_in_words(evidence)}" if evidence.get("poor") else said


def _surveys_in_words(evidence: Mapping[str, Any]) -> str:
    """Return what answers to surveys of network quality added to a spot's score."""
    answers = int(evidence["answers"])
    words = ngettext(
        "%(poor)d poor answer of %(n)d to surveys there, where %(percent)s %% is usual",
        "%(poor)d poor answers of %(n)d to surveys there, where %(percent)s %% is usual",
        int(evidence["poor"]),
    )
    percent = number(round(100 * float(evidence["usually_poor"])))
    return words % {"poor": int(evidence["poor"]), "n": answers, "percent": percent}


def failure_in_words(facts: Mapping[str, Any]) -> str:
    """Return what showed that a fix had not held; "" where nothing is said of it."""
    if "complaints" in facts:  # where nobody knows what is usual
        count = int(facts["complaints"])
        words = ngettext(
            "%(n)d complaint joined after the fix", "%(n)d complaints joined after the fix", count
        )
        return words % {"n": count}
    if "customers" not in facts:
        return ""
    count = int(facts["customers"])
    words = ngettext(
        "%(n)d customer complained in %(hours)s h, counted from %(grace)s h after the fix,"
        " where %(expected)s would be usual",
        "%(n)d customers complained in %(hours)s h, counted from %(grace)s h after the fix,"
        " where %(expected)s would be usual",
        count,
    )
    named = {name: number(facts.get(name, 0)) for name in ("hours", "expected")}
    return words % {**named, "n": count, "grace": number(facts.get("grace_h", 0))}


def return_in_words(facts: Mapping[str, Any]) -> str:
    """Return why the engine took a case up again; "" where a person did, and said why."""
    if facts.get("because") == "complaints":
        count = int(facts.get("complaints", 0))
        words = ngettext(
            "complaints came back: %(n)d now", "complaints came back: %(n)d now", count
        )
        return words % {"n": count}
    if facts.get("because") == "answers":
        count = int(facts.get("answered", 0))
        words = ngettext(
            "%(unhappy)d of %(n)d customer who rated the fix is not content",
            "%(unhappy)d of %(n)d customers who rated the fix are not content",
            count,
        )
        return words % {"unhappy": int(facts.get("unhappy", 0)), "n": count}
    return ""


def regrouping_in_words(kind: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """What went where when cases were merged, split or changed members, and when it was undone."""
    if other := facts.get("into") or facts.get("from"):
        words = {
            ("merged", True): _("into № %(n)s"),
            ("merged", False): _("№ %(n)s joined"),
            ("split", True): _("№ %(n)s split off"),
            ("split", False): _("out of № %(n)s"),
            ("attached", False): _("out of № %(n)s"),
            ("detached", True): _("into № %(n)s"),
            ("undone", True): _("back into № %(n)s"),
            ("undone", False): _("back out of № %(n)s"),
        }.get((kind, "into" in facts))
        yield words % {"n": other} if words else f"№ {other}"
    if "complaints" in facts and kind in {"attached", "detached", "undone"}:
        count = int(facts["complaints"])
        yield ngettext("%(n)d complaint", "%(n)d complaints", count) % {"n": count}


def number(value: float) -> str:
    """Return a number as the reader's language writes it, with one decimal at most."""
    rounded = round(float(value), 1 if abs(value) >= 0.1 else 2)
    shown = int(rounded) if rounded == int(rounded) else rounded
    return number_format(shown, use_l10n=True, force_grouping=True)
