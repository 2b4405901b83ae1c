"""Reports by mail: once for a local date, within the reader's walls, as HTML and on paper."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import HouseSubscribers
from feedback.models import Comment
from heatmaps_project.models import Digest, DigestRule, User
from heatmaps_project.supervision.digests import delivery, transitions
from heatmaps_project.supervision.digests.cadence import (
    Cadence,
    day_due,
    days,
    is_due,
    last_moment,
    moment,
)
from heatmaps_project.supervision.digests.paper import on_paper
from tests.factories import (
    make_brand,
    make_comment,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_house,
    make_invitation,
    make_region,
    make_spot,
    make_team,
    make_user,
)

MORNING = datetime(2026, 3, 25, 6, tzinfo=UTC)  # 9:00 in Moscow
ZONES = ["Europe/Moscow", "Europe/Berlin", "Asia/Chita", "America/New_York", "Australia/Lord_Howe"]


@pytest.fixture(autouse=True)
def _locmem(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(name="rule")
def _rule(db):
    DigestRule.objects.all().delete()
    return DigestRule.objects.create(role="supervisor", cadence="daily", about="region")


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 30)))
def test_each_local_date_begins_its_report_once_at_eight_whatever_the_clocks_do(name, day):
    zone = ZoneInfo(name)
    at = moment(day, zone)

    assert at.astimezone(zone).date() == day
    assert day_due(at, zone) == day
    assert day_due(at - timedelta(seconds=1), zone) is None
    assert moment(day + timedelta(days=1), zone) > at


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 30)))
def test_the_days_of_daily_reports_leave_no_gap_and_do_not_overlap(name, day):
    zone = ZoneInfo(name)
    until, before = last_moment(day, zone), last_moment(day - timedelta(days=1), zone)

    assert until.astimezone(zone).date() == day - timedelta(days=1)
    assert timedelta(hours=22) < until - before < timedelta(hours=26)


def test_weeks_begin_on_mondays_and_months_on_the_first():
    monday, first = date(2026, 3, 23), date(2026, 3, 1)

    assert [is_due(Cadence.WEEKLY, monday + timedelta(days=n)) for n in range(7)].count(True) == 1
    assert is_due(Cadence.WEEKLY, monday)
    assert is_due(Cadence.MONTHLY, first)
    assert [days(one, first) for one in Cadence] == [1, 7, 28]


@pytest.mark.django_db
def test_a_report_is_made_and_sent_once_however_often_the_sweeps_run(rule):
    boss = make_user("supervisor", email="boss@example.org", language="en")
    make_user("supervisor")  # without an address

    for _ in range(3):
        transitions.make_digests(now=MORNING)
        delivery.send_digests(now=MORNING)

    row = Digest.objects.get()
    (letter,) = mail.outbox
    assert (row.user, row.day, row.state, letter.to) == (
        boss,
        date(2026, 3, 25),
        "sent",
        ["boss@example.org"],
    )
    assert "24 March 2026" in letter.subject
    assert letter.attachments[0].content.startswith(b"%PDF")
    transitions.make_digests(now=MORNING + timedelta(days=1))
    assert Digest.objects.count() == 2


@pytest.mark.django_db
def test_before_eight_nothing_is_made_and_each_region_has_its_own_eight(rule):
    far = make_region("chita", lon=113.5, lat=52)
    far.time_zone = "Asia/Chita"
    far.save()
    boss = make_user("supervisor", email="boss@example.org")
    boss.regions.add(far)

    transitions.make_digests(now=datetime(2026, 3, 24, 23, tzinfo=UTC))  # 8:00 in Chita

    assert Digest.objects.get().region == far


@pytest.mark.django_db
def test_a_report_tells_nothing_from_behind_its_readers_walls(rule):
    make_user("supervisor", email="boss@example.org", language="en")
    ours, theirs = make_team("ours"), make_team("theirs")
    opened = {"opened_at": MORNING - timedelta(hours=20), "state": "routed"}
    make_spot(team=ours, **opened)
    make_spot(team=theirs, brand=make_brand("rival"), **opened)
    make_spot(team=theirs, region=make_region("far", lon=60), **opened)

    transitions.make_digests(now=MORNING)

    page = Digest.objects.get().page
    assert "Ours" in page
    assert "Theirs" not in page


@pytest.mark.django_db
def test_the_lead_of_a_team_gets_what_their_rule_says(rule):
    rule.about, rule.role = "team", "engineer"
    rule.save()
    lead = make_user("engineer", email="lead@example.org")
    team = make_team("radio")
    team.lead = lead
    team.save()
    make_team("other")

    transitions.make_digests(now=MORNING)

    assert Digest.objects.get().team == team


@pytest.mark.django_db
def test_a_server_that_is_away_is_asked_again_and_given_up_in_the_end(rule, monkeypatch):
    make_user("supervisor", email="boss@example.org")
    transitions.make_digests(now=MORNING)

    def refuse(*_given, **_named):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    now = MORNING
    for _ in range(6):
        delivery.send_digests(now=now)
        now += timedelta(hours=6)

    row = Digest.objects.get()
    assert (row.state, row.attempts, row.error) == ("failed", 5, "ConnectionRefusedError")


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["left", "role", "region", "rule"])
def test_a_report_that_waits_is_not_sent_to_whom_it_is_not_for_any_more(rule, lost, signed_in):
    """A mail server may be away for hours: in between people leave, and lose what they had."""
    boss = make_user("supervisor", email="boss@example.org")
    transitions.make_digests(now=MORNING)
    if lost == "region":
        boss.regions.set([make_region("far", lon=60)])
    elif lost == "rule":
        DigestRule.objects.update(active=False)
    else:
        User.objects.filter(pk=boss.pk).update(
            **{"left": {"is_active": False}, "role": {"role": "agent"}}[lost]
        )

    assert delivery.send_digests(now=MORNING) == 0

    row = Digest.objects.get()
    assert (row.state, row.sent_at, mail.outbox) == ("failed", None, [])
    if lost == "region":
        opened = reverse("admin:heatmaps_project_digest_open", args=[row.pk, "html"])
        assert signed_in(boss).get(opened).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["left", "team"])
def test_of_a_team_only_its_lead_of_now_is_told(rule, lost):
    rule.about, rule.role = "team", "engineer"
    rule.save()
    lead, team = make_user("engineer", email="lead@example.org"), make_team("radio")
    team.lead = lead
    team.save()
    transitions.make_digests(now=MORNING)
    if lost == "team":
        team.lead = make_user("engineer")
        team.save()
    else:
        User.objects.filter(pk=lead.pk).update(is_active=False)

    assert delivery.send_digests(now=MORNING) == 0
    assert Digest.objects.get().state == "failed"


@pytest.mark.django_db
def test_what_a_dead_worker_was_sending_is_uncertain_and_not_sent_again(rule):
    make_user("supervisor", email="boss@example.org")
    transitions.make_digests(now=MORNING)
    transitions.claim(limit=1, now=MORNING)

    delivery.send_digests(now=MORNING + timedelta(hours=1))

    assert Digest.objects.get().state == "uncertain"
    assert mail.outbox == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ru"])
def test_ones_own_reports_are_read_again_and_others_are_not_there(rule, signed_in, language):
    boss = make_user("supervisor", email="boss@example.org", language=language)
    transitions.make_digests(now=MORNING)
    row = Digest.objects.get()
    open_html, open_pdf = (
        reverse("admin:heatmaps_project_digest_open", args=[row.pk, form])
        for form in ("html", "pdf")
    )

    client = signed_in(boss)
    assert (
        open_html
        in client.get(reverse("admin:heatmaps_project_digest_changelist")).content.decode()
    )
    assert row.subject in client.get(open_html).content.decode()
    assert client.get(open_pdf).content.startswith(b"%PDF")
    other = signed_in("supervisor")
    assert other.get(open_html).status_code == 404


def test_paper_fetches_nothing():
    page = '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><p>ё</p>'

    assert on_paper(page).startswith(b"%PDF")


@pytest.mark.django_db
def test_a_daily_report_says_by_which_channels_customers_came_and_who_may_leave(rule):
    make_user("supervisor", email="boss@example.org", language="en")
    yesterday = MORNING - timedelta(days=1)
    make_house(make_customer())
    HouseSubscribers.objects.update(people=500)
    for channel in ("call", "call", "shop"):
        make_complaint(channel=channel, received_at=yesterday)
    asked = make_invitation(customer=make_customer())
    for one in (
        asked,
        make_invitation(customer=asked.customer, case=make_fixed_spot(asked.customer)),
    ):
        make_comment("Уйду", invitation=one, at=yesterday)
    make_comment("Хорошо", at=yesterday)
    Comment.objects.filter(answer__invitation__customer=asked.customer).update(alarms=["leaving"])

    transitions.make_digests(now=MORNING)

    page = " ".join(Digest.objects.get().page.split())
    assert "Subscribers: 500." in page
    assert "Said that they will leave: 1." in page
    assert '<th scope="row">call</th> <td>2</td> <td>4.00</td>' in page


@pytest.mark.django_db
def test_who_may_read_the_same_has_the_same_report_counted_once(rule):
    DigestRule.objects.create(role="engineer", cadence="daily", about="team")
    region, far, rival = make_region(), make_region("far", lon=60), make_brand("rival")
    make_spot(team=make_team("radio"), opened_at=MORNING - timedelta(hours=20), state="routed")
    alike = [make_user("supervisor", email=f"{n}@example.org", language="en") for n in range(3)]
    alike[1].regions.add(far)
    russian = make_user("supervisor", email="ru@example.org", language="ru")
    more = make_user("supervisor", email="more@example.org", language="en")
    more.brands.add(rival)
    lead = make_user("engineer", email="lead@example.org")
    for code in ("radio", "core", "power"):
        team = make_team(code)
        team.lead = lead
        team.save()

    with CaptureQueriesContext(connection) as queries:
        transitions.make_digests(now=MORNING)

    of_region = dict(Digest.objects.filter(region=region).values_list("user", "page"))
    assert len({of_region[one.pk] for one in alike}) == 1
    assert of_region[russian.pk] != of_region[alike[0].pk]
    assert len({*Digest.objects.filter(user=lead).values_list("page", flat=True)}) == 3
    counts = [one for one in queries.captured_queries if "housesubscribers" in one["sql"]]
    assert len(counts) == 4  # a region, the other one, a region with two brands, and a lead's
