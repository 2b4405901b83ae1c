"""The ladders as they are: which stages a promise has, and what is above each."""

from dataclasses import dataclass
from typing import Self

from django.db.models import Max

from spots.escalation.models import Ladder, Rung
from spots.escalation.stages import Stage, Stages


@dataclass(frozen=True)
class Ladders:
    """All active ladders, read at once: they are few."""

    version: int  # grows with every edit
    rungs: dict[int, Rung]
    by_policy: dict[int, int]  # ladder that names the policy
    default: int | None  # ladder of all others

    @classmethod
    def present(cls) -> Self:
        """Five queries."""
        ladders = Ladder.objects.filter(active=True).prefetch_related("policies").order_by("-pk")
        named = {ladder.pk: [policy.pk for policy in ladder.policies.all()] for ladder in ladders}
        rungs = Rung.objects.filter(ladder__in=named, active=True).select_related("person", "team")
        return cls(
            version=_last(Ladder) + _last(Rung),
            rungs={rung.pk: rung for rung in rungs.order_by("pk")},
            by_policy={policy: ladder for ladder, names in named.items() for policy in names},
            default=next((ladder for ladder, names in reversed(named.items()) if not names), None),
        )

    def stages_of(self, target: str) -> Stages:
        """Return what gives the stages for a promise by a policy."""

        def stages(policy: int | None) -> list[Stage]:
            ladder = self.by_policy.get(policy or 0, self.default)
            rungs = self.rungs.values()
            return [one.stage for one in rungs if (one.ladder_id, one.target) == (ladder, target)]

        return stages

    def above(self, rung: Rung) -> list[Rung]:
        """Return the next stage's rungs; none: it was the last."""
        height = rung.stage.height
        higher = [
            other
            for other in self.rungs.values()
            if (other.ladder_id, other.target) == (rung.ladder_id, rung.target)
            and other.stage.height > height
        ]
        lowest = min((other.stage.height for other in higher), default=None)
        return [other for other in higher if other.stage.height == lowest]


def _last(model: type[Ladder] | type[Rung]) -> int:
    return model.history.model.objects.aggregate(last=Max("history_id"))["last"] or 0
