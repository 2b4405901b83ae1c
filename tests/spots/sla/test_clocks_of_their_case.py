"""What a case is asked by stands with each of its clocks, whoever writes either, and how."""

from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import F

from spots.models import Case, Clock
from spots.sla.of_case import ASKED_BY
from tests.factories import (
    NOW,
    make_brand,
    make_policy,
    make_region,
    make_spot,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def astray():
    """The clocks that say otherwise than their case."""
    rows = Clock.objects.all()
    for name in ASKED_BY:
        same = rows.filter(**{name: F(f"case__{name}")}) | rows.filter(
            **{name: None, f"case__{name}": None}
        )
        yield from ((name, clock) for clock in rows.exclude(pk__in=same.values("pk")))


def make_clock(case, target="fix"):
    policy = make_policy(1) if not Clock.objects.exists() else Clock.objects.first().policy
    return Clock.objects.create(
        case=case, target=target, policy=policy, minutes=60, started_at=NOW, due_at=NOW
    )


def others():
    """Of each column another value, and none where a case may have none."""
    return {
        "kind": ["single", "spot"],
        "brand": [make_brand("other")],
        "region": [make_region("far", lon=60.0)],
        "topic": [None, make_topic("slow")],
        "team": [make_team("core"), None],
        "engineer": [make_user("engineer"), None],
        "band": [1, 4],
    }


def by_saving(case, name, value):
    setattr(case, name, value)
    case.save(update_fields=[name])


def by_update(case, name, value):
    Case.objects.filter(pk=case.pk).update(**{name: value})


def of_several(case, name, value):
    setattr(case, name, value)
    Case.objects.bulk_update([case], [name])


@pytest.mark.parametrize("write", [by_saving, by_update, of_several])
def test_clocks_follow_whatever_writes_their_case(write):
    case, beside = make_spot(), make_spot()
    for target in ("reaction", "fix"):
        make_clock(case, target)
    make_clock(beside)

    for name, values in others().items():
        for value in values:
            write(case, name, value)

            said = Clock.objects.filter(case=case).values_list(name, flat=True)
            assert set(said) == {getattr(value, "pk", value)}
            assert list(astray()) == []


def test_a_clock_says_what_its_case_does_whatever_it_was_made_with():
    case = make_spot(band=2, team=make_team("core"))
    of_another = make_spot(band=3)

    clock = Clock(case=case, target="fix", policy=make_policy(1), minutes=60, started_at=NOW)
    clock.band, clock.team = 4, make_team("radio")
    Clock.objects.bulk_create([clock], ignore_conflicts=True)
    make_clock(of_another)

    assert set(Clock.objects.values_list("band", "team")) == {(2, case.team_id), (3, None)}


@pytest.mark.django_db(transaction=True)
def test_a_clock_made_while_its_case_changes_hands_says_the_new_ones():
    case, core = make_spot(), make_team("core")
    policy = make_policy(1)
    made = Thread(target=_make_and_close, args=(case, policy))

    with transaction.atomic():
        by_update(case, "team", core)
        made.start()
        made.join(0.5)
        assert made.is_alive()  # it waits
    made.join(60)

    assert list(Clock.objects.values_list("team", flat=True)) == [core.pk]


def _make_and_close(case, policy):
    try:
        Clock.objects.create(case=case, target="fix", policy=policy, minutes=60, started_at=NOW)
    finally:
        connection.close()
