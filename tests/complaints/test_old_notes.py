"""Notes from before customers' phones were masked in them, masked by hand, once."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from complaints.customers import transitions_of_notes
from complaints.customers.personal import blind_index
from complaints.rewriting import rewriting
from feedback.models import Insight
from spots.models import Attachment, Event
from tests.factories import NOW, make_customer, make_event, make_insight, make_spot

pytestmark = pytest.mark.django_db
PHONE = "+79261234512"
OLD, MASKED = "звонить 8 926 123-45-12", "звонить +7 926 ***-**-12"
OF_THE_SITE = "ключи: 8 926 765-43-21"


def old_note(note: str) -> Event:
    event = make_event(make_spot())
    with rewriting():
        Event.objects.filter(pk=event.pk).update(note=note)
    return event


def test_customers_phones_go_out_of_what_was_written_and_nothing_else_does(monkeypatch, capsys):
    monkeypatch.setattr(transitions_of_notes, "PORTION", 2)
    make_customer(phone=PHONE, phone_index=blind_index(PHONE))
    notes = [old_note(note) for note in (OLD, OF_THE_SITE, "", OLD, OLD)]
    insight = make_insight()
    Insight.objects.filter(pk=insight.pk).update(title=OLD, answer="9261234512" * 30)
    file = {"media_type": "text/plain", "size": 1, "content": b"x"}
    attached = Attachment.objects.create(event=notes[0], name="89261234512.txt", **file)

    call_command("mask_notes")
    call_command("mask_notes")

    told = [Event.objects.get(pk=note.pk).note for note in notes]
    assert told == [MASKED, OF_THE_SITE, "", MASKED, MASKED]
    insight.refresh_from_db()
    assert insight.title == MASKED
    assert len(insight.answer) == 300  # what is masked is longer
    attached.refresh_from_db()
    assert attached.name == "+7 926 ***-**-12.txt"
    said = capsys.readouterr().out.splitlines()
    assert "spots_event.note: 3" in said and "spots_event.note: 0" in said


def test_what_is_appended_to_is_rewritten_within_and_not_behind():
    event = make_event(make_spot(), at=NOW)

    with rewriting():
        Event.objects.filter(pk=event.pk).update(note="x")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(note="y")
