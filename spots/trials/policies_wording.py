"""Policies in words: for which cases, and what is promised."""

from django.utils.translation import gettext as _

from spots.cases.models import Kind
from spots.routing.wording import with_share
from spots.sla.explain import duration
from spots.sla.models import Policy, Target


def asked_for(policy: Policy) -> str:
    """Return what a policy asks of a case; its relations are fetched already."""
    parts = (
        str(policy.brand or ""),
        str(policy.region or ""),
        str(dict(Kind.choices).get(policy.kind, "")),
        _("an area on the map") if policy.area is not None else "",
        str(policy.topic or ""),
        with_share(policy.segments, policy.segments_share),
        f"P{policy.band}" if policy.band else "",
    )
    return ", ".join(part for part in parts if part) or _("every case")


def promised(policy: Policy) -> list[tuple[str, str]]:
    """Return each promise of a policy and its working time."""
    minutes = (
        (Target.REACTION, policy.reaction_minutes),
        (Target.ETA, policy.eta_minutes),
        (Target.FIX, policy.fix_minutes),
        (Target.FIRST_ANSWER, policy.first_answer_minutes),
    )
    return [(str(target.label), duration(time)) for target, time in minutes if time]
