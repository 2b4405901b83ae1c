"""Letters to staff, against a mail server that really runs."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from threading import Thread

import pytest
from django.db import connection

from feedback.notifications.sending.to_staff import send_to_staff
from spots.escalation import transitions
from spots.models import Letter
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def make_letter(address="lead@example.org", **fields):
    row = {
        "user": make_user("engineer", email=address),
        "channel": "email",
        "language": "ru",
        "subject": "Срок под угрозой",
        "text": "№ 5\nhttp://127.0.0.1:8000/admin/",
        "due_at": NOW,
        **fields,
    }
    return Letter.objects.create(**row)


def test_a_letter_arrives_and_is_booked_as_sent(mail_server):
    letter = make_letter()

    assert send_to_staff(now=NOW) == 1

    (envelope,) = mail_server.taken
    arrived = message_from_bytes(envelope.content)
    assert envelope.rcpt_tos == ["lead@example.org"]
    assert str(make_header(decode_header(arrived["Subject"]))) == letter.subject
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, letter.lease_until) == ("sent", NOW, None)
    assert send_to_staff(now=NOW) == 0


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such mailbox", "failed"), ("451 try later", "planned")]
)
def test_a_refusal_is_for_good_or_for_now_as_the_server_says(mail_server, answer, state):
    mail_server.answers["lead@example.org"] = answer
    letter = make_letter()

    send_to_staff(now=NOW)

    letter.refresh_from_db()
    assert letter.state == state
    assert (letter.due_at > NOW) == (state == "planned")
    assert "@" not in letter.error


def test_whoever_has_left_is_written_to_no_more(mail_server):
    """A letter waits for duty hours, or for a server: it tells of cases."""
    letter = make_letter()
    letter.user.is_active = False
    letter.user.save()

    send_to_staff(now=NOW)

    letter.refresh_from_db()
    assert (letter.state, mail_server.taken) == ("failed", [])


def test_whoever_has_no_address_is_told_by_the_inbox_alone(mail_server):
    letter = make_letter(address="")

    send_to_staff(now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.error) == ("failed", "no address")
    assert mail_server.taken == []


def test_a_letter_whose_worker_never_came_back_is_not_sent_again(mail_server):
    letter = make_letter()
    transitions.claim(channel="email", limit=1, now=NOW)

    send_to_staff(now=NOW + timedelta(hours=1))

    letter.refresh_from_db()
    assert letter.state == "uncertain"
    assert mail_server.taken == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(mail_server):
    for number in range(30):
        make_letter(address=f"lead{number}@example.org")
    errors = []

    def work():
        try:
            send_to_staff(now=NOW)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sorted(to for envelope in mail_server.taken for to in envelope.rcpt_tos) == sorted(
        f"lead{number}@example.org" for number in range(30)
    )


def test_an_sms_goes_to_the_work_phone_once_however_often_the_sweep_runs(smsc):
    user = make_user("engineer", work_phone="+79161234512")
    letter = make_letter(user=user, channel="sms", text="Срок под угрозой")

    for _ in range(3):
        send_to_staff(now=NOW)

    [submitted] = smsc.saw("submit")
    assert (submitted["to"], submitted["text"]) == ("79161234512", "Срок под угрозой")
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_an_sms_to_nobodys_phone_fails_and_says_so(smsc):
    letter = make_letter(channel="sms")

    send_to_staff(now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.error) == ("failed", "no address")
