"""What has reached its age ends, and nothing else is touched, however often it is swept."""

import json
from datetime import timedelta
from io import StringIO
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from complaints.customers.personal import blind_index
from complaints.customers.transitions import opt_out
from complaints.customers.walls import NO_WALLS
from complaints.events.sent import SentEvent
from complaints.events.transitions import tell
from complaints.geocoding.transitions import AlreadyPlacedError, geocode_waiting, move, place
from complaints.models import Complaint, ComplaintEvent, Customer, Erasure, PlacedAddress
from feedback.models import Insight, Message
from heatmaps_project.customers.retention import tasks, transitions
from heatmaps_project.customers.retention.ageing import KINDS
from heatmaps_project.customers.retention.kinds import Kind
from heatmaps_project.customers.retention.transitions import end_by_age, end_some
from heatmaps_project.models import Ended, RetentionRule, RetentionRun, TroubleTicket
from heatmaps_project.supervision import figures
from heatmaps_project.supervision.flow import flow
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.tmf.transitions import note_ticket
from spots.models import Membership
from tests.factories import (
    NOW,
    make_brand,
    make_comment,
    make_complaint,
    make_complaints,
    make_followup,
    make_insight,
    make_invitation,
    make_message,
    make_request,
    make_spot,
    make_user,
)
from tests.heatmaps_project.customers.retention.old import (
    HOUSE,
    PHONE,
    WORDS,
    changed,
    later,
    lived,
    rows,
)

pytestmark = pytest.mark.django_db

COMPLAINT = {
    f"complaints_complaint.{name}"
    for name in ("kept", "address", "address_index", "fingerprint", "point", "precision")
} | {"complaints_complaint.changed_at"}
PLACES = COMPLAINT | {
    "complaints_complaintevent.said",
    "heatmaps_project_troubleticket.rest",
    "spots_case.centre",
    "spots_case.outline",
    "spots_case.place",
    "spots_case.changed_at",
}
WORDS_GO = {
    "complaints_complaint.kept",
    "complaints_complaint.text",
    "complaints_complaint.changed_at",
    "complaints_complaintevent.said",
    "heatmaps_project_troubleticket.rest",
    "heatmaps_project_troubleticket.changes",
    "feedback_answer.words",
    "feedback_followupstep.note",
    "feedback_given.note",
    "feedback_insight.words",
    "feedback_message.text",
    "feedback_try.text",
    "feedback_part.address_index",
    "feedback_receipt -",
    "feedback_incomingtext.text",
    "feedback_incomingtext.address",
    "feedback_incomingtext.address_index",
    "heatmaps_project_servicerequest.words",
    "heatmaps_project_servicerequest.answer",
    "heatmaps_project_emergency.words",
    "heatmaps_project_emergencystep.note",
    "heatmaps_project_review.note",
}
OURS = {"heatmaps_project_ended.count", "heatmaps_project_retentionrun -"} | {
    f"heatmaps_project_retentionrun.{name}" for name in ("ran_at", "ended", "caught_up_at")
}


def ends(days: float) -> set[str]:
    before = rows()
    end_by_age(now=later(days))
    return changed(before, rows()) - OURS


def counted():
    """Figures of a month in which all that is told here happened."""
    scope = Scope(walls=NO_WALLS, now=later(1), zone=ZoneInfo("Europe/Moscow"), days=30)
    return (
        flow(scope),
        figures.helped(scope),
        figures.told(scope),
        figures.ratings(scope),
        figures.kept(scope),
    )


def test_each_kind_ends_at_its_age_and_whatever_is_counted_stays():
    lived()
    before = counted()

    assert ends(179) == set()
    assert ends(181) == PLACES
    assert ends(364) == set()
    assert ends(366) == WORDS_GO
    assert WORDS not in str(rows())
    assert counted() == before
    assert ends(1094) == set()
    assert not Erasure.objects.exists()
    customer = {"crm_id", "phone", "phone_index", "email"}
    gone = ends(1096)
    assert {f"complaints_customer.{name}" for name in customer} <= gone
    assert Erasure.objects.get().by == "age"
    assert counted() == before
    assert ends(3650) == set()
    assert RetentionRun.objects.get().caught_up_at == later(3650)
    assert {row.kind for row in Ended.objects.all()} == set(Kind) - {Kind.ASKED_GIFTS}


def test_history_that_is_brought_in_is_placed_before_its_address_ends():
    waiting = make_complaint(placing="waiting", point=None, placed_at=None, precision="")
    end_by_age(now=later(200))
    waiting.refresh_from_db()
    assert waiting.address

    Complaint.objects.filter(pk=waiting.pk).update(placing="review")  # the geocoder knows it not
    end_by_age(now=later(200))
    waiting.refresh_from_db()
    assert (waiting.address, waiting.placing) == ("", "nowhere")


def test_an_address_that_a_machine_keeps_beside_a_complaint_ends_with_its_place():
    complaint, keeps = make_complaint(), make_complaint(received_at=later(100))
    address = {"@referredType": "GeographicAddress", "name": "Мытищи, ул. Полевая, 5"}
    told = {"relatedEntity": [address], "note": [{"text": "a dog"}], "name": "N"}
    for row in (complaint, keeps):
        note_ticket(complaint=row, told=told, now=NOW)
    end_by_age(now=later(181))

    complaint.refresh_from_db()
    note_ticket(complaint=complaint, told=told, now=later(181))  # late, or again

    rests = TroubleTicket.objects.order_by("pk").values_list("rest", flat=True)
    lost, kept = map(json.loads, rests)
    assert lost == {"note": told["note"], "name": "N"}
    assert kept["relatedEntity"] == [address]


def test_a_place_becomes_a_street_and_no_house_again():
    """Neither the geocoder, nor a person, nor a late event puts it back."""
    complaint = make_complaint(lon=HOUSE[0], lat=HOUSE[1], address_index=blind_index("x"))
    waiting = make_complaint(placing="review", point=None, precision="", placed_at=None)
    person = make_user("dispatcher")
    put = {"point": Point(*HOUSE, srid=4326), "precision": "house"}
    whose = {"brand": complaint.brand, "complaint": complaint}
    PlacedAddress.objects.create(**whose, by=person, at=NOW, **put)
    end_by_age(now=later(181))

    late = {"event_id": "1", "type": "corrected", "occurred_at": later(181).isoformat()}
    data = {"address": WORDS, "point": {"lon": HOUSE[0], "lat": HOUSE[1]}, "text": "верно"}
    for row in (complaint, waiting):
        sent = SentEvent.model_validate({**late, "event_id": str(row.pk), "data": data})
        tell(complaint_id=row.pk, sent=sent, source="crm", now=later(181))
        move(row, now=later(181), **put)
    geocode_waiting(now=later(181))
    with pytest.raises(AlreadyPlacedError):
        place(waiting, by=person, walls=NO_WALLS, now=later(181), **put)

    complaint.refresh_from_db()
    waiting.refresh_from_db()
    assert (complaint.precision, complaint.placing, complaint.text) == ("street", "placed", "верно")
    assert (waiting.placing, waiting.point, waiting.address) == ("nowhere", None, "")
    assert 0 < complaint.point.distance(Point(*HOUSE, srid=4326)) < 0.0012
    assert complaint.region_id
    assert PlacedAddress.objects.get().complaint is None
    assert not PlacedAddress.history.exclude(complaint=None).exists()
    assert all(json.loads(row.said) == {"text": "верно"} for row in ComplaintEvent.objects.all())


def in_open_spot(customer):
    complaint = make_complaint(customer=customer, received_at=later(1000))
    spot = make_spot(state="routed", complaints=[complaint])
    Membership.objects.filter(case=spot).update(since=later(1000))


def spot_is_verified(customer):
    spot = make_spot(state="verifying", fixed_at=later(1000))
    complaint = Complaint.objects.filter(customer=customer).first()
    Membership.objects.filter(complaint=complaint).update(until=later(900))
    Membership.objects.create(case=spot, complaint=complaint, since=later(1000))


OPEN = {
    "in an open spot": in_open_spot,
    "the fix is being verified": spot_is_verified,
    "a message is to be sent": lambda c: make_message(customer=c, state="planned"),
    "nobody knows whether one went": lambda c: make_message(customer=c, state="uncertain"),
    "asked, and may answer": lambda c: make_invitation(customer=c, expires_at=later(4000)),
    "to be asked": lambda c: make_invitation(
        customer=c, state="created", version=None, expires_at=later(4000)
    ),
    "followed up": lambda c: make_followup(invitation=make_invitation(customer=c)),
    "asked for something": lambda c: make_request(customer=c),
    "wished for something": lambda c: make_insight(
        customer=c, comment=make_comment(invitation=make_invitation(customer=c))
    ),
}


@pytest.mark.parametrize("name", OPEN)
def test_while_anything_is_open_nothing_of_a_customer_ends(name):
    customer = lived()
    OPEN[name](customer)
    theirs = Complaint.objects.filter(customer=customer)
    before = list(theirs.order_by("pk").values())

    end_by_age(now=later(3000))

    assert list(theirs.order_by("pk").values()) == before
    assert Message.objects.filter(customer=customer, text=None).count() == 0
    assert Customer.objects.get(pk=customer.pk).phone == PHONE


def test_words_of_a_wish_that_somebody_raised_by_hand_end_too_and_not_while_it_is_worked_on():
    over = {"state": "done", "ended_at": NOW, "answer": "сделали"}
    done, waits = make_insight(words=WORDS, **over), make_insight(words=WORDS)

    end_by_age(now=later(364))
    assert {row.words for row in Insight.objects.all()} == {WORDS}
    end_by_age(now=later(366))

    words = dict(Insight.objects.values_list("pk", "words"))
    assert words == {done.pk: "", waits.pk: WORDS}


def test_who_refuses_messages_is_remembered_by_their_id_alone():
    customer = lived()
    opt_out(customer_id=customer.pk, purpose="survey", told_by="sms", now=NOW)

    end_by_age(now=later(1096))
    end_by_age(now=later(1097))

    customer.refresh_from_db()
    assert (customer.crm_id, customer.phone, customer.phone_index) == ("C-1024", "", None)
    assert (customer.opt_outs.count(), Erasure.objects.count()) == (1, 0)


def test_a_brand_has_ages_of_its_own_and_the_rest_the_usual_ones():
    other = make_brand("other")
    ours, theirs = make_complaint(), make_complaint(brand=other, customer=None)
    RetentionRule.objects.create(brand=other, place_days=30, words_days=30, contact_days=3660)
    RetentionRule.objects.create(place_days=400, words_days=500, contact_days=600)

    end_by_age(now=later(31))

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.kept, theirs.kept) == (0, 2)
    end_by_age(now=later(401))
    ours.refresh_from_db()
    assert ours.kept == 1


def test_what_is_left_waits_for_the_next_run_and_one_that_dies_has_done_its_portions(monkeypatch):
    make_complaints([{} for _ in range(5)])
    monkeypatch.setattr(transitions, "PORTION", 2)
    old = {"before": later(1), "now": later(200)}
    brand = Complaint.objects.values_list("brand", flat=True).first()
    assert [end_some(Kind.PLACES, brand, **old) for _ in range(4)] == [2, 2, 1, 0]
    Complaint.objects.update(kept=0)  # a backup was restored

    assert end_by_age(now=later(200), patience_s=-1.0) == 0
    assert RetentionRun.objects.get().caught_up_at is None
    assert end_by_age(now=later(200)) == 5
    assert end_by_age(now=later(200)) == 0
    assert RetentionRun.objects.get().caught_up_at == later(200)


def test_what_another_process_holds_is_left_to_it(transactional_db):
    complaint = make_complaint()
    seen = []

    def sweep():
        try:
            seen.append(end_by_age(now=later(200)))
        finally:
            connection.close()

    with transaction.atomic():
        Complaint.objects.select_for_update().get(pk=complaint.pk)
        thread = Thread(target=sweep)
        thread.start()
        thread.join()
    assert seen == [0]
    assert end_by_age(now=later(200)) == 1


def test_it_is_found_by_indexes():
    """Whatever ended long ago costs nothing: each index holds what has something left to end."""
    brand = make_brand()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    for kind, index in {
        Kind.PLACES: "complaint_of_age",
        Kind.COMPLAINTS: "complaint_of_age",
        Kind.MESSAGES: "message_of_age",
        Kind.TEXTS: "text_of_age",
        Kind.COMMENTS: "answer_with_a_comment",
        Kind.FOLLOWUPS: "step_of_age",
        Kind.REQUESTS: "request_of_age",
        Kind.CUSTOMERS: "customer_of_age",
    }.items():
        # With nothing in any table the planner may take another index, or begin elsewhere.
        ageing = KINDS[kind]
        drop_indexes_but(index, ageing.rows().model)
        old = ageing.rows().filter(**{f"{ageing.since}__lt": NOW})
        of_brand = old.filter(brand=brand) if ageing.brand == "brand" else old
        oldest = of_brand.order_by(ageing.since, "pk").values_list("pk")[:500]
        assert index in oldest.explain(), kind


def drop_indexes_but(name, model):
    """Leave this index alone, and those of constraints, until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass"
            " AND indexrelid <> %s::regclass AND NOT EXISTS ("
            "SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [model._meta.db_table, name],
        )
        for (other,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {other}")


def test_a_clock_that_leaps_ends_nothing(caplog):
    """What ends is not to be had again: a person looks at the clock first."""
    lived()
    end_by_age(now=NOW)
    before = rows()
    assert transitions.sweep(now=later(2000)) == 0
    assert "Look at the clock" in caplog.text
    assert changed(before, rows()) == set()

    transitions.sweep(now=later(7))
    assert RetentionRun.objects.get().ran_at == later(7)
    assert transitions.sweep(now=later(300)) == 0
    with time_machine.travel(later(300), tick=False):
        call_command("end_by_age", stdout=StringIO())  # a person has looked
    assert transitions.sweep(now=later(300)) == 0
    assert RetentionRun.objects.get().ran_at == later(300)
    assert not Complaint.objects.exclude(address=None).exists()


@pytest.mark.parametrize("off", [timedelta(days=6.9), timedelta(hours=2), -timedelta(hours=2)])
def test_a_clock_that_is_led_step_by_step_ends_nothing(caplog, off):
    """It is the database's by which a worker's counts, in however small steps it is set."""
    now = timezone.now()
    lived()
    end_by_age(now=NOW)
    RetentionRun.objects.update(ran_at=now + min(off, timedelta(0)))
    before = rows()
    with time_machine.travel(now + off):
        assert tasks.end_by_age() == 0
    assert "Look at both" in caplog.text
    assert changed(before, rows()) == set()

    with time_machine.travel(now + timedelta(minutes=50)):
        tasks.end_by_age()
    assert RetentionRun.objects.get().ran_at > now + timedelta(minutes=45)
