"""How cases stand before and after a regrouping, and what changed since somebody looked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.core import signing
from django.db.models import CharField, Min, Q, QuerySet
from django.db.models.functions import MD5, Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spots.cases.models import Case, Membership
from spots.cases.states import State
from spots.cases.wording import moment

_SALT = "spots.cases.regroup"


@dataclass(frozen=True)
class Standing:
    """What a regrouping may change in a case."""

    place: str
    outline: list[Any]  # [[longitude, latitude], …]
    zone: str
    state: str
    customers: int
    complaints: int
    band: int
    team: str
    promised_since: datetime | None  # from when its open promises count
    due_at: datetime | None  # the next of them
    members: str  # fingerprint of its complaints

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def since_words(self) -> str:
        return moment(self.promised_since, self.zone) if self.promised_since else ""

    @property
    def due_words(self) -> str:
        return moment(self.due_at, self.zone) if self.due_at else ""


# What a person agrees to, by name, in the order in which changes are told.
_SEEN: dict[str, Promise] = {
    "state": gettext_lazy("state"),
    "complaints": gettext_lazy("complaints"),
    "customers": gettext_lazy("customers"),
    "band": gettext_lazy("priority band"),
    "team": gettext_lazy("team"),
    "promised_since": gettext_lazy("promises count from"),
    "members": gettext_lazy("other complaints"),
}


@dataclass(frozen=True)
class Part:
    """A case that takes part."""

    number: int | None  # None: a spot that is made
    before: Standing | None
    after: Standing

    @property
    def name(self) -> str:
        return _name(self.number)


def _name(number: int | None) -> str:
    return f"№ {number}" if number else _("New spot")


def standings_of(case_ids: Collection[int]) -> dict[int, Standing]:
    """Return how cases stand now, by number: two queries, however many members they have."""
    ids = Cast("complaint_id", CharField())
    members = dict(
        Membership.objects.current()
        .filter(case__in=case_ids)
        .order_by()
        .values_list("case")
        .annotate(members=MD5(StringAgg(ids, ",", order_by="complaint_id")))
    )
    open_promises = Q(clocks__satisfied_at=None, clocks__stopped_at=None)
    rows: QuerySet[Any] = (
        Case.objects.filter(pk__in=case_ids)
        .select_related("team", "region")
        .annotate(
            promised_since=Min("clocks__started_at", filter=open_promises),
            due_at=Min("clocks__due_at", filter=open_promises),
        )
    )
    return {
        case.pk: Standing(
            place=case.place,
            outline=list(case.outline.coords[0]) if case.outline else [],
            zone=case.region.time_zone,
            state=case.state,
            customers=case.customers,
            complaints=case.complaints,
            band=case.band,
            team=str(case.team or ""),
            promised_since=case.promised_since,
            due_at=case.due_at,
            members=members.get(case.pk, ""),
        )
        for case in rows
    }


def sealed(parts: Sequence[Part]) -> str:
    """Return what somebody looks at, for `changes_since`; it holds no personal data."""
    return signing.dumps(_plain(parts), salt=_SALT, compress=True)


def changes_since(seen: str, parts: Sequence[Part]) -> list[str]:
    """Return, in words, what is not as it was seen; empty: everything is."""
    try:
        then = signing.loads(seen, salt=_SALT)
    except signing.BadSignature:
        return [_("It was not looked at before.")]
    now = _plain(parts)
    if then == now:
        return []
    return _told(then, now, 1) or _told(then, now, 2) or [_("Something else was chosen.")]


def _plain(parts: Sequence[Part]) -> list[list[Any]]:
    """[number, what was, what becomes] of each part."""
    return [[part.number, _facts(part.before), _facts(part.after)] for part in parts]


def _facts(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    facts = {name: getattr(standing, name) for name in _SEEN}
    since = standing.promised_since
    return {**facts, "promised_since": since.isoformat() if since else None}


def _told(then: list[list[Any]], now: list[list[Any]], side: int) -> list[str]:
    """What differs in what was (side 1) or becomes (side 2)."""
    old = {part[0]: part[side] or {} for part in then}
    return [
        _difference(part[0], name, old.get(part[0], {}).get(name), value)
        for part in now
        for name, value in (part[side] or {}).items()
        if old.get(part[0], {}).get(name) != value
    ]


def _difference(number: int | None, name: str, was: Any, became: Any) -> str:
    said = {"case": _name(number), "what": _SEEN[name]}
    if name == "members":
        return f"{said['case']}: {said['what']}"
    shown = {"was": _shown(name, was), "became": _shown(name, became)}
    return _("%(case)s: %(what)s was %(was)s, is now %(became)s") % {**said, **shown}


def _shown(name: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if name == "state":
        return f"«{State(value).label}»"
    if name == "promised_since":
        return moment(datetime.fromisoformat(value))
    return f"P{value}" if name == "band" else str(value)
