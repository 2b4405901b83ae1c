"""Danger to life: raised once, supervisors called, every step kept; callers verified."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from complaints.customers.personal import blind_index
from heatmaps_project.accounts.transitions import harvesters
from heatmaps_project.desk.danger import transitions
from heatmaps_project.desk.danger.transitions import calling
from heatmaps_project.models import (
    Emergency,
    EmergencyContact,
    EmergencyStep,
    Look,
    Lookup,
    User,
    Verification,
)
from spots.models import Letter
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_customer,
    make_emergency,
    make_region,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
PHONE = "+79261234512"
HOUSE = "г. Рязань, ул. Полевая, д. 57"


@pytest.fixture(autouse=True)
def _at_now(db):
    make_topic()
    make_region()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(name="agent")
def _agent() -> User:
    return make_user("agent", language="en")


@pytest.fixture(name="line")
def _line(client, agent) -> Client:
    """An agent who has looked up a caller that complained from HOUSE."""
    customer = make_customer(phone=PHONE, phone_index=blind_index(PHONE))
    make_complaint(customer=customer, address=HOUSE)
    client.force_login(agent, backend="heatmaps_project.accounts.backends.RoleBackend")
    client.post("/lookup/", {"asked": PHONE})
    return client


def raised(line: Client, **fields) -> Emergency:
    row = {
        "key": uuid4(),
        "lookup": Lookup.objects.latest("pk").key,
        "danger": "health",
        "words": "My neighbour does not breathe.",
        **fields,
    }
    line.post(reverse("emergency-raise"), row)
    return Emergency.objects.latest("pk")


def done(client: Client, row: Emergency, kind: str, note: str = ""):
    return client.post(reverse("emergency-step", args=[row.pk, kind]), {"note": note})


def kinds(row: Emergency) -> list[str]:
    return list(row.steps.order_by("pk").values_list("kind", flat=True))


def test_an_alarm_is_raised_once_and_calls_the_supervisors_who_may_see_it(line, agent):
    boss = make_user("supervisor", email="boss@example.org", work_phone="+79260000001")
    far = make_user("supervisor", everywhere=False, email="far@example.org")
    far.brands.add(make_brand("rival"))
    make_user("dispatcher", email="other@example.org")
    key = uuid4()

    first, second = raised(line, key=key), raised(line, key=key)

    assert (first, Emergency.objects.count()) == (second, 1)
    letters = Letter.objects.order_by("channel").values_list("user", "channel")
    assert list(letters) == [(boss.pk, "email"), (boss.pk, "sms")]
    told = Letter.objects.first().text
    assert f"/emergencies/{first.pk}/" in told
    assert "neighbour" not in told and PHONE not in told
    assert kinds(first) == ["raised", "paged"]
    assert (first.raised_by, first.words) == (agent, "My neighbour does not breathe.")


def test_an_alarm_that_is_open_is_raised_no_second_time_in_its_conversation(line, agent):
    make_user("supervisor", email="boss@example.org")
    row = raised(line)
    letters = Letter.objects.count()

    again = [raised(line, key=uuid4(), words=f"He breathes, {n}.") for n in range(3)]

    assert {one.pk for one in again} == {row.pk}
    assert Emergency.objects.count() == 1
    assert Letter.objects.count() == letters
    noted = EmergencyStep.objects.filter(emergency=row, kind="noted").order_by("pk")
    assert [step.note.endswith(f"He breathes, {n}.") for n, step in enumerate(noted)] == [True] * 3

    Emergency.objects.filter(pk=row.pk).update(
        state="closed", taken_by=agent, closed_at=NOW, calls_at=None
    )
    assert raised(line, key=uuid4()).pk != row.pk


def test_where_no_supervisor_may_see_it_the_administrators_are_called(line):
    chief = make_user("administrator", email="chief@example.org")

    raised(line)

    assert list(Letter.objects.values_list("user", flat=True)) == [chief.pk]


def test_the_playbook_is_followed_and_each_step_is_kept(line, agent):
    row = raised(line)
    EmergencyContact.objects.create(name_ru="Скорая", name_en="Ambulance", phone="103")
    here = EmergencyContact.objects.create(
        name_ru="Далеко", name_en="Far away", phone="911", region=make_region("far", lon=90, lat=60)
    )
    page = line.get(reverse("emergency", args=[row.pk])).content.decode()
    assert "Ambulance" in page and here.name_en not in page and HOUSE not in page

    done(line, row, "called", "Ambulance, 103")
    done(line, row, "noted", " ")
    shown = done(line, row, "address").content.decode()
    again = line.get(reverse("emergency", args=[row.pk])).content.decode()
    assert done(line, row, "take").status_code == done(line, row, "close", "x").status_code == 403

    boss = Client()
    boss.force_login(make_user("supervisor"), "heatmaps_project.accounts.backends.RoleBackend")
    done(boss, row, "close", "too soon")
    for _ in range(2):
        done(boss, row, "take")
    done(boss, row, "close", "The ambulance is there.")
    done(line, row, "noted", "after the end")

    assert HOUSE in shown and HOUSE not in again
    row.refresh_from_db()
    assert (row.state, row.closed_at) == ("closed", NOW)
    assert kinds(row) == ["raised", "paged", "called", "shown", "taken", "closed"]
    look = Look.objects.get(field="address")
    assert (look.by, str(row.pk) in look.reason) == (agent, True)


def test_an_address_is_shown_once_the_caller_is_verified_and_the_look_is_kept(line, agent):
    lookup = Lookup.objects.latest("pk")
    page = line.post("/lookup/", {"asked": PHONE, "call": lookup.call}).content.decode()
    assert HOUSE not in page and "д. 57" not in page
    key = Lookup.objects.latest("pk").key
    row = raised(line)

    for _ in range(2):
        said = {"lookup": key, "method": "code_word"}
        shown = line.post(reverse("lookup-verify"), said).content.decode()

    assert HOUSE in shown
    one = Verification.objects.get()
    assert (one.by, one.method, one.call) == (agent, "code_word", lookup.call)
    assert Look.objects.filter(field="address", by=agent).count() == 2
    assert "verified" in kinds(row)
    wrong = line.post(reverse("lookup-verify"), {"lookup": key, "method": "trust me"})
    assert wrong.status_code == 404


def test_addresses_are_said_as_seldom_as_phones_are_shown_and_to_a_life_in_danger_always(
    line, settings
):
    settings.REVEAL_QUOTA_PER_HOUR = 1
    said = {"lookup": Lookup.objects.latest("pk").key, "method": "code_word"}
    row = raised(line)

    assert HOUSE in line.post(reverse("lookup-verify"), said).content.decode()
    refused = line.post(reverse("lookup-verify"), said).content.decode()
    assert HOUSE not in refused and "that is the most" in refused
    assert harvesters(now=NOW) == 1

    assert HOUSE in done(line, row, "address").content.decode()


def test_who_has_lost_a_brand_or_region_is_told_no_address_of_callers_from_before(line, agent):
    said = {"lookup": Lookup.objects.latest("pk").key, "method": "code_word"}

    agent.regions.set([make_region("far", lon=60)])
    assert HOUSE not in line.post(reverse("lookup-verify"), said).content.decode()

    agent.brands.set([make_brand("rival")])
    assert line.post(reverse("lookup-verify"), said).status_code == 404


def test_nobody_acts_on_anothers_lookup_or_alarm(line, signed_in):
    row, key = raised(line), Lookup.objects.latest("pk").key
    other = signed_in("agent")

    verify = other.post(reverse("lookup-verify"), {"lookup": key, "method": "code_word"})
    assert verify.status_code == 404
    assert other.get(reverse("emergency-raise"), {"lookup": key}).status_code == 404
    assert other.get(reverse("emergency-raise"), {"lookup": "?"}).status_code == 404
    assert other.get(reverse("emergency", args=[row.pk])).status_code == 404
    assert done(other, row, "address").status_code == 404
    assert not Verification.objects.exists()


def test_an_alarm_behind_a_wall_is_not_there(signed_in):
    row = make_emergency(brand=make_brand("rival"), region=make_region())
    boss = signed_in("supervisor")

    assert boss.get(reverse("emergency", args=[row.pk])).status_code == 404
    assert done(boss, row, "take").status_code == 404
    assert list(boss.get(reverse("emergencies")).context["open"]) == []
    chief = signed_in("administrator")
    assert list(chief.get(reverse("emergencies")).context["open"]) == [row]


def test_steps_and_verifications_are_never_changed(line):
    row = raised(line)
    key = Lookup.objects.latest("pk").key
    line.post(reverse("lookup-verify"), {"lookup": key, "method": "document"})

    for rows in (EmergencyStep.objects.filter(emergency=row), Verification.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(at=NOW + timedelta(1))
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT words::text FROM heatmaps_project_emergency")
        assert "neighbour" not in cursor.fetchone()[0]


def test_a_supervisor_sees_in_the_side_bar_that_nobody_has_an_alarm(signed_in):
    make_emergency(brand=make_brand(), region=make_region())

    for role, there in (("supervisor", True), ("agent", False)):
        page = signed_in(make_user(role, language="en")).get("/lookup/")
        bar = page.context["sidebar_navigation"]
        lines = {one["title"]: one for group in bar for one in group["items"]}
        found = lines["Danger to life"]
        assert bool(found.get("badge")) == there


def test_who_raises_hundreds_of_alarms_has_few_of_them_called_to_again(monkeypatch, agent):
    """Three hundred in an hour, each called to a hundred times, were a million paid texts a day."""
    monkeypatch.setattr(calling, "MOST_OF_ONE", 2)
    boss = make_user("supervisor", work_phone="+79260000001")
    rows = [make_emergency(agent, brand=make_brand()) for _ in range(4)]
    rows.append(make_emergency(brand=make_brand()))
    for one in rows:
        calling.call(one, by=one.raised_by, now=NOW)
    assert Letter.objects.count() == 5  # of each at once, whoever raised it

    later = NOW + calling.AGAIN_AFTER
    assert calling.call_again(now=later) == 3

    rounds = [one.rounds for one in Emergency.objects.order_by("pk")]
    assert rounds == [2, 2, 1, 1, 2]
    transitions.take(emergency_id=rows[0].pk, by=boss, now=later)
    assert calling.call_again(now=later + calling.SELDOM_AFTER) == 3
    rounds = [one.rounds for one in Emergency.objects.order_by("pk")]
    assert rounds == [2, 3, 2, 1, 3]


def test_who_may_take_an_alarm_is_called_again_until_somebody_does():
    boss = make_user("supervisor", email="boss@example.org", language="en")
    chief = make_user("administrator", email="chief@example.org", language="en")
    row = make_emergency(brand=make_brand(), region=make_region())
    taken = make_emergency(brand=make_brand(), region=make_region())
    for one in (row, taken):
        calling.call(one, by=one.raised_by, now=NOW)
    transitions.take(emergency_id=taken.pk, by=boss, now=NOW)
    at = NOW + calling.AGAIN_AFTER

    early = calling.call_again(now=at - timedelta(seconds=1))
    called = [calling.call_again(now=at) for _ in range(2)]

    assert (early, called) == (0, [1, 0])
    letters = Letter.objects.filter(due_at=at).order_by("user")
    assert [letter.user for letter in letters] == [boss, chief]
    assert {letter.subject for letter in letters} == {
        f"Danger to life: alarm № {row.pk}: nobody has taken it"
    }
    step = row.steps.get(at=at)
    assert (step.kind, step.by, step.note) == ("paged", None, "2")

    moments = []
    while (row := Emergency.objects.get(pk=row.pk)).calls_at:
        moments.append(row.calls_at)
        calling.call_again(now=row.calls_at)
    waits = {after - before for before, after in pairwise(moments)}
    assert (row.rounds, waits) == (calling.MOST, {calling.AGAIN_AFTER, calling.SELDOM_AFTER})
