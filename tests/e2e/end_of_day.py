"""What must be left of the day, in the database: every spot, complaint, event and promise."""

from collections import Counter

from complaints.models import Complaint
from spots.models import Case, Clock, Membership


def nothing_is_lost(three: list[str], *, merged: int, part: int, dismissed: int) -> None:
    states = dict(Case.objects.values_list("pk", "state"))
    assert len(states) == 61  # sixty of the morning, and the part
    assert (states[merged], states[dismissed], states[part]) == ("merged", "dismissed", "routed")
    first, second, third = (Case.objects.get(place=place) for place in three)
    assert (first.state, second.state, third.state) == ("closed", "closed", "fixing")
    assert Counter(states.values())["routed"] == 61 - 5

    called = Complaint.objects.exclude(external_id__startswith="usual")
    belong = Membership.objects.current().filter(complaint__in=called)
    assert belong.count() == called.count()  # each to one spot
    for case in Case.objects.exclude(pk=merged):
        assert case.complaints == Membership.objects.current().filter(case=case).count()

    work = "accepted diagnosing planned fixed"
    assert told_by(first, "engineer") == f"commented {work}".split()
    assert told_by(second, "engineer") == work.replace("planned", "waiting resumed planned").split()
    assert told_by(third, "engineer") == work.split()
    assert told_by(first, "dispatcher") == ["commented"]
    assert told_by(first, None)[-2:] == ["verifying", "closed"]
    assert "failed" in told_by(third, None)
    for case in Case.objects.all():
        times = list(case.events.order_by("pk").values_list("at", flat=True))
        assert times == sorted(times)

    for case in (first, second):
        kept = promises(case)
        assert kept["reaction"].satisfied_at == case.accepted_at
        assert kept["fix"].satisfied_at == case.fixed_at
    assert promises(third)["eta"].satisfied_at is not None
    assert promises(third)["fix"].satisfied_at is None  # it runs on
    for number in (merged, dismissed):
        assert not Clock.objects.filter(case=number, satisfied_at=None, stopped_at=None).exists()


def told_by(case: Case, login: str | None) -> list[str]:
    """The kinds of what somebody, or the engine, did to a case, in order."""
    return list(
        case.events.filter(by__username=login).order_by("pk").values_list("kind", flat=True)
    )


def promises(case: Case) -> dict[str, Clock]:
    return {clock.target: clock for clock in Clock.objects.filter(case=case)}
