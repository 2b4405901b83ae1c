"""Whoever fixes a case late says why. NOW is 13:00 in Moscow."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from spots.cases import transitions
from spots.cases.transitions import IllegalMoveError
from spots.models import Event, LateFix
from spots.sla import transitions as sla
from tests.factories import NOW, make_cause, make_late_reason, make_policy, make_spot, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def fixing(*, minutes=60):
    """A spot opened an hour and a half ago, in the office's hours, to be fixed in so many."""
    make_policy(90, reaction_minutes=None, eta_minutes=None, fix_minutes=minutes)
    opened = NOW - 1.5 * HOUR
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=NOW, opened_at=opened)
    walls = {"brand_id": spot.brand_id, "region_id": spot.region_id}
    sla.start(case_id=spot.pk, band=1, topic_id=spot.topic_id, now=opened, **walls)
    return spot


def fix(spot, **said):
    by = said.pop("by", None) or make_user("engineer")
    return transitions.fix(case_id=spot.pk, by=by, now=NOW, **said)


def test_a_late_fix_without_a_reason_is_refused_and_nothing_is_done():
    spot = fixing()

    with pytest.raises(IllegalMoveError):
        fix(spot, note="new fuse")

    spot.refresh_from_db()
    assert spot.state == "fixing"
    assert not Event.objects.exists()


def test_the_reason_is_kept_with_the_event_and_with_the_promise():
    spot, reason = fixing(), make_late_reason()

    fix(spot, late_reason=reason)

    late = LateFix.objects.get()
    assert (late.reason, late.at, late.clock.case_id) == (reason, NOW, spot.pk)
    assert late.event.facts["late_reason"] == reason.pk
    assert late.clock.breached_at == NOW - HOUR / 2


def test_a_reason_that_says_too_little_wants_a_note():
    spot, other = fixing(), make_late_reason("other", wants_note=True)

    with pytest.raises(IllegalMoveError):
        fix(spot, late_reason=other, note=" ")

    fix(spot, late_reason=other, note="a bear at the mast")
    assert LateFix.objects.count() == 1


def test_in_time_no_reason_is_asked_and_none_is_kept():
    spot = fixing(minutes=120)

    fix(spot, late_reason=make_late_reason())

    assert not LateFix.objects.exists()
    assert "late_reason" not in Event.objects.get().facts


def test_the_engine_is_not_asked():
    spot = fixing()

    transitions.fix(case_id=spot.pk, by=None, now=NOW)

    assert not LateFix.objects.exists()


def test_what_was_given_is_never_changed():
    fix(fixing(), late_reason=make_late_reason())

    for change in (LateFix.objects.all().delete, lambda: LateFix.objects.update(at=NOW + HOUR)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


@time_machine.travel(NOW, tick=False)
def test_the_page_asks_for_it_where_the_time_has_passed(signed_in):
    spot, reason = fixing(), make_late_reason()
    client = signed_in("engineer")
    move = reverse("admin:spots_spot_move", args=[spot.pk, "fix"])
    page = client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    assert 'name="late_reason"' in page

    assert client.post(move, {"note": "done"}).status_code == 400
    assert client.post(move, {"late_reason": reason.pk}).status_code == 302

    assert LateFix.objects.get().reason == reason
    page = client.get(reverse("admin:spots_spot_change", args=[spot.pk])).content.decode()
    assert str(reason) in page


@time_machine.travel(NOW, tick=False)
def test_the_page_does_not_ask_in_time(signed_in):
    spot = fixing(minutes=120)

    page = signed_in("engineer").get(reverse("admin:spots_spot_change", args=[spot.pk]))

    assert 'name="late_reason"' not in page.content.decode()


@time_machine.travel(NOW, tick=False)
def test_an_archived_reason_is_not_offered(signed_in):
    spot, old = fixing(), make_late_reason("old", archived_at=NOW)
    move = reverse("admin:spots_spot_move", args=[spot.pk, "fix"])

    assert signed_in("engineer").post(move, {"late_reason": old.pk}).status_code == 400
