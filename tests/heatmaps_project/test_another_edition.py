"""A country changes its time: the next edition of tzdata has other hours than messages wait for."""

import zoneinfo
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from django.core import mail

from feedback.models import Message
from feedback.notifications import transitions as messages
from feedback.notifications.sending import delivery as outbox
from heatmaps_project.models import Digest, DigestRule
from heatmaps_project.supervision.digests import delivery, transitions
from spots.cases.transitions.promises import promise
from spots.models import Clock
from spots.sla import as_written
from spots.sla.calendar import WorkCalendar
from tests.factories import (
    NOW,
    make_customer,
    make_fixed_spot,
    make_policy,
    make_spot,
    make_user,
)

NIGHT = NOW.replace(hour=20)  # 23:00 in Moscow, as it is known now


@contextmanager
def moscow_is(zone: str, folder):
    """As after an update and a new start: Moscow has the hours of another zone."""
    place, name = zone.split("/")
    (folder / "Europe").mkdir(exist_ok=True)
    rules = (files(f"tzdata.zoneinfo.{place}") / name).read_bytes()
    (folder / "Europe" / "Moscow").write_bytes(rules)
    zoneinfo.reset_tzpath(to=[folder])
    forget_zones()
    try:
        yield
    finally:
        zoneinfo.reset_tzpath()
        forget_zones()


def forget_zones() -> None:
    """What a process that starts anew does not know."""
    zoneinfo.ZoneInfo.clear_cache()
    as_written._read.cache_clear()


def due_of(spot) -> dict[str, datetime]:
    return dict(Clock.objects.filter(case=spot).values_list("target", "due_at"))


def hour_in_moscow(at: datetime) -> int:
    return at.astimezone(zoneinfo.ZoneInfo("Europe/Moscow")).hour


@pytest.fixture(autouse=True)
def _letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.QUIET_HOURS = "21-09"


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Etc/GMT-1", "Etc/GMT-5"])
def test_whoever_waits_for_the_morning_is_told_by_day_and_once(tmp_path, zone):
    make_fixed_spot(make_customer(phone="", email="ana@example.org"))
    messages.plan_messages(now=NIGHT)
    planned = Message.objects.get()
    assert (planned.state, hour_in_moscow(planned.due_at)) == ("held", 9)

    with moscow_is(zone, tmp_path):
        assert hour_in_moscow(planned.due_at) != 9  # the edition is another
        told = []
        for minutes in range(0, 24 * 60, 30):
            now = NIGHT + timedelta(minutes=minutes)
            messages.tidy(now=now)
            outbox.send_messages(now=now)
            told += [now] * (len(mail.outbox) - len(told))

    (at,) = told
    with moscow_is(zone, tmp_path):
        assert 9 <= hour_in_moscow(at) < 21


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Etc/GMT-1", "Etc/GMT-5"])
def test_each_local_date_has_its_report_once_over_the_change(tmp_path, zone):
    DigestRule.objects.all().delete()
    DigestRule.objects.create(role="supervisor", cadence="daily", about="region")
    make_user("supervisor", email="boss@example.org")
    eight = datetime(2026, 3, 25, 5, tzinfo=UTC)  # in Moscow, before

    for hours in range(0, 24):
        transitions.make_digests(now=eight - timedelta(hours=24 - hours))
    transitions.make_digests(now=eight)
    with moscow_is(zone, tmp_path):
        for hours in range(0, 49):
            now = eight + timedelta(hours=hours)
            transitions.make_digests(now=now)
            delivery.send_digests(now=now)

    days = sorted(Digest.objects.values_list("day", flat=True))
    assert len(days) == len({*days})
    assert {date(2026, 3, 25), date(2026, 3, 26)} <= {*days}
    assert len(mail.outbox) == len(days)


@pytest.mark.django_db
def test_what_was_promised_stays_and_what_is_promised_next_goes_by_the_new_clock(tmp_path):
    make_policy(fix_minutes=240)  # of days from nine to six
    before, after = make_spot(opened_at=NOW), make_spot(opened_at=NOW)
    promise(before, since=NOW, now=NOW)
    told = due_of(before)

    with moscow_is("Etc/GMT-5", tmp_path):
        assert due_of(before) == told
        promise(after, since=NOW, now=NOW)
        found = due_of(after)

    assert told["fix"] == datetime(2026, 3, 25, 14, tzinfo=UTC)  # from 13:00 to 17:00
    # by the new clock it is 15:00: three hours of this day, and one of the next
    assert found["fix"] == datetime(2026, 3, 26, 5, tzinfo=UTC)
    assert due_of(before) == told


def test_working_hours_are_those_of_the_new_clock(tmp_path):
    week = {day: [("09:00", "18:00")] for day in range(5)}
    with moscow_is("Etc/GMT-5", tmp_path):
        calendar = WorkCalendar("Europe/Moscow", week)
        opens = datetime(2026, 3, 25, 4, tzinfo=UTC)  # 9:00 by the new clock, 7:00 by the old
        assert calendar.due(opens, 60) == opens + timedelta(hours=1)
