"""Ways in besides the API: mailboxes, CRMs that are asked, social media."""

import hmac
import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from complaints.outgoing.resting import next_at
from complaints.signing import headers, new_secret
from heatmaps_project.channels import mail, pulling, quantity, running, social, transitions
from heatmaps_project.channels.letters import read_letter
from heatmaps_project.models import Inlet
from tests.factories import NOW, make_brand, make_inlet, make_topic
from tests.heatmaps_project.channels.imap import Mailbox, imap

pytestmark = pytest.mark.django_db
WORDS = "plain words, and many of them"


@pytest.fixture(autouse=True)
def _near(settings):
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    cache.clear()


def asked(inlet: Inlet, now=NOW) -> Inlet:
    Inlet.objects.filter(pk=inlet.pk).update(due_at=now)
    assert running.run_due(now=now) == 1
    inlet.refresh_from_db()
    return inlet


# Mail


def letter(number: int = 1, text: str = "Нет сети дома", **more: str) -> bytes:
    head = {
        "Message-ID": f"<{number}@example.org>",
        "From": "Ольга <olga@example.org>",
        "Date": "Wed, 25 Mar 2026 12:00:00 +0300",
        "Subject": "=?utf-8?b?0KHQstGP0LfRjA==?=",
        "Content-Type": "text/plain; charset=utf-8",
        **more,
    }
    return (
        "".join(f"{name}: {value}\r\n" for name, value in head.items()) + f"\r\n{text}"
    ).encode()


def mailbox(url: str, **fields) -> Inlet:
    said = {"login": "box", "secret": "secret", "channel": "email", "mapping": {}, **fields}
    return make_inlet("mail", url=url, **said)


def test_letters_become_complaints_each_once():
    box = Mailbox({3: letter(1, "Нет сети\nАдрес: Мытищи, ул. Полевая, 5\n8 (926) 000-00-01")})
    with imap(box) as url:
        inlet = asked(mailbox(url))
        box.letters[7] = letter(2)
        box.letters[8] = letter(1)  # the same once more
        asked(inlet)
        asked(inlet)

    assert (inlet.taken, inlet.failures, inlet.cursor) == (2, 0, "1:8")
    first = Complaint.objects.get(external_id="1@example.org")
    assert (first.channel, first.placing, first.address) == (
        *("email", "waiting"),
        "Мытищи, ул. Полевая, 5",
    )
    assert (first.customer.email, first.customer.phone) == ("olga@example.org", "")
    assert first.text.startswith("Связь\nНет сети")
    # without an address a person reads it
    assert Complaint.objects.get(external_id="2@example.org").placing == "review"
    assert not any("STORE" in said.upper() for said in box.said)  # nothing is changed there


def test_a_phone_among_the_words_makes_nobody_of_a_letter_s_writer():
    """All who named our hotline were one customer, and the first of them heard of everybody's."""
    words = "Звоню на 8 (800) 550-05-00, толку нет. Мой телефон: +7 926 000-00-01"
    senders = ("mallory@example.org", "anna@example.org")
    box = Mailbox({n: letter(n, words, From=who) for n, who in enumerate(senders, 1)})
    with imap(box) as url:
        asked(mailbox(url))

    known = Complaint.objects.order_by("external_id").values_list(
        "customer__email", "customer__phone"
    )
    assert [*known] == [(one, "") for one in senders]


def test_one_sender_s_letters_of_a_day_have_an_end_and_others_are_read(monkeypatch):
    monkeypatch.setattr(quantity, "OF_A_SENDER", 2)
    box = Mailbox({number: letter(number) for number in (1, 2, 3)})
    box.letters[4] = letter(4, From="pavel@example.org")
    with imap(box) as url:
        inlet = asked(mailbox(url))
        box.letters[5] = letter(5)
        asked(inlet, NOW + timedelta(hours=23))
        today = (inlet.taken, inlet.refused, inlet.cursor, inlet.last_refusal)
        box.letters[6] = letter(6)
        asked(inlet, NOW + timedelta(hours=25))

    assert today == (3, 2, "1:5", "5@example.org: more than 100 of a sender a day")
    assert (inlet.taken, inlet.refused, inlet.failures) == (4, 2, 0)


def test_what_is_beyond_a_mailbox_s_day_waits_there_and_is_told(monkeypatch):
    monkeypatch.setattr(quantity, "OF_A_MAILBOX", 2)
    sent = {number: letter(number, From=f"{number}@example.org") for number in (1, 2, 3, 4)}
    with imap(Mailbox(sent)) as url:
        inlet = asked(mailbox(url))
        first = (inlet.taken, inlet.refused, inlet.failures, inlet.cursor, inlet.last_error)
        asked(inlet, NOW + timedelta(hours=23))
        still = (inlet.taken, inlet.failures)
        asked(inlet, NOW + timedelta(hours=25))

    assert first == (2, 0, 1, "1:2", "More than 10000 letters a day: the others wait there.")
    assert still == (2, 2)
    assert (inlet.taken, inlet.failures, inlet.last_error) == (4, 0, "")


def test_numbers_begin_anew_where_the_mailbox_does():
    box = Mailbox({9: letter(1)})
    with imap(box) as url:
        inlet = asked(mailbox(url))
        box.validity, box.letters = 2, {1: letter(1), 2: letter(2)}
        asked(inlet)

    assert (inlet.taken, inlet.cursor) == (2, "2:2")


def test_a_letter_is_read_no_further_than_it_counts():
    attachment = b"--b\r\nContent-Type: image/png\r\n\r\n" + b"A" * 2_000_000
    head = letter(1, "", **{"Content-Type": 'multipart/mixed; boundary="b"'})
    text = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nПлохо слышно\r\n".encode()
    box = Mailbox({1: head + text + attachment})

    with imap(box) as url:
        inlet = asked(mailbox(url))

    assert inlet.taken == 1
    assert "Плохо слышно" in Complaint.objects.get().text


def test_a_mailbox_that_cannot_be_read_is_asked_ever_more_seldom():
    with imap(Mailbox(password="other")) as url:
        inlet = asked(mailbox(url))
        assert (inlet.failures, inlet.taken) == (1, 0)
        assert inlet.due_at == NOW + timedelta(minutes=2)
        for _ in range(5):
            asked(inlet)

    assert inlet.is_resting
    assert inlet.due_at == NOW + timedelta(hours=1)
    assert inlet.last_error


def test_a_server_that_talks_without_end_fills_no_memory():
    with imap(Mailbox({1: letter(1)}, chatter=30_000)) as url:
        inlet = asked(mailbox(url))

    assert (inlet.failures, inlet.taken) == (1, 0)
    assert "too much" in inlet.last_error


def test_a_server_that_talks_letter_by_letter_is_left_in_time(monkeypatch):
    monkeypatch.setattr(mail, "LONGEST", 1.0)
    began = time.monotonic()
    with imap(Mailbox({1: letter(1)}, pause=0.1)) as url:
        inlet = asked(mailbox(url))

    assert (inlet.failures, inlet.taken) == (1, 0)
    assert time.monotonic() - began < 3


def test_a_letter_that_breaks_the_reader_is_kept_as_it_came(monkeypatch):
    def breaks(*_args, **_kwargs):
        raise AttributeError

    monkeypatch.setattr(mail, "read_letter", breaks)
    with imap(Mailbox({1: letter(1)})) as url:
        inlet = asked(mailbox(url))

    assert (inlet.taken, inlet.failures, inlet.cursor) == (1, 0, "1:1")
    assert "Message-ID" in Complaint.objects.get().text


@pytest.mark.parametrize(
    "raw",
    [
        letter(1, **{"Auto-Submitted": "auto-replied"}),
        letter(1, **{"From": "MAILER-DAEMON@example.org"}),
        letter(1, **{"Precedence": "bulk"}),
    ],
)
def test_what_machines_write_is_no_complaint(raw):
    assert read_letter(raw, now=NOW).automatic


def test_html_is_read_as_it_is_seen():
    html = "<style>p{}</style><p>Нет&nbsp;сети</p><script>alert(1)</script><div>дома</div>"

    values = read_letter(letter(1, html, **{"Content-Type": "text/html; charset=utf-8"}), now=NOW)

    assert values.values["text"].split("\n") == ["Связь", "Нет сети", "", "дома"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xd0",
        b"Date: nonsense\r\nFrom: <<>>\r\nMessage-ID: " + b"x" * 500 + b"\r\n\r\nhi",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b',
    ],
)
def test_a_broken_letter_has_an_id_and_a_time(raw):
    values = read_letter(raw, now=NOW).values

    assert 0 < len(values["external_id"]) <= 100
    assert values["occurred_at"]


_NOTES = b"(a)" * 330  # comments in a header: each is read for all behind it
_WIDE = "\U0001f600".encode("punycode")  # of which each letter behind it is moved anew


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b'"' * 200_000,
        b"Content-Type: " + b";" * 200_000,
        b"Subject: " + b"\\" * 200_000 + b"\r\n\r\nhi",
        b"Content-Type: text/html\r\n\r\n" + b"<a " * 80_000,
        b"Content-Type: text/html\r\n\r\n" + b'<a b="' * 40_000,
        b"Content-Type: text/html\r\n\r\n<" + b"a" * 200_000,
        b"".join(b"Content-Type: multipart/a; boundary=%d\n\n--%d\n" % (i, i) for i in range(300))
        + b"\n" * 200_000,
        b"Content-Type: multipart/mixed; boundary=b\r\r" + b"--b\rContent-Type: ;;;\r\r" * 10_000,
        b"Content-Type: multipart/a; boundary=b\n\n"
        + b"--b\nContent-Type: text/%b\nContent-Disposition: x%b\n\nx\n" % (_NOTES, _NOTES) * 98,
        b"Content-Type: text/plain; charset=punycode\r\n\r\n" + _WIDE + b"a" * 200_000,
        b"Content-Type: message/delivery-status" + b";" * 260 + b"\r\n" * 40_000,
        b"Content-Type: text/plain; charset*=us-ascii''Puny%63ode\r\n\r\n" + _WIDE + b"a" * 200_000,
        b"Content-Type: text/html; charset=idna\r\n\r\n" + b"xn--" + b"a" * 200_000,
    ],
    ids=lambda raw: raw[:60].decode(),
)
def test_no_letter_is_read_for_long(raw):
    before = time.process_time()

    assert read_letter(raw, now=NOW).values["external_id"]

    assert time.process_time() - before < 2  # seconds of CPU; minutes, where nothing is cut short


# A CRM that is asked


class Crm(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.path, self.headers.get("X-Token")))
        if self.server.broken:
            self.send_error(500)
            return
        after = int(self.path.partition("since=")[2] or 0)
        rows = [one for one in self.server.rows if one["seq"] > after][:2]
        body = json.dumps({"data": {"items": rows}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@contextmanager
def crm(rows):
    server = HTTPServer(("127.0.0.1", 0), Crm)
    server.rows, server.seen, server.broken = rows, [], False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def row(number: int, **more):
    at = int(NOW.timestamp() * 1000)
    return {"seq": number, "no": f"T-{number}", "where": {"address": "Мытищи, 1"}, "at": at, **more}


def pull(server, **fields) -> Inlet:
    said = {
        "url": f"http://127.0.0.1:{server.server_port}/tickets?x=1",
        "login": "X-Token",
        "secret": "tok",
        "channel": "shop",
        "items_path": "data.items",
        "mapping": {"external_id": "no", "address": "where.address", "occurred_at": "at"},
        "cursor_parameter": "since",
        "cursor_path": "item.seq",
        **fields,
    }
    return make_inlet("pull", **said)


def test_a_crm_that_answers_with_a_million_empty_lists_is_not_read():
    empty = [[] for _ in range(pulling.AT_ONCE * 201)]
    with crm([row(1, more=empty)]) as server:
        inlet = asked(pull(server))

    assert (inlet.failures, inlet.taken) == (1, 0)
    assert inlet.last_error == "It says too much."


def test_a_crm_is_asked_page_after_page_from_where_the_last_answer_ended():
    with crm([row(n) for n in range(1, 6)]) as server:
        inlet = asked(pull(server))
        server.rows.append(row(6))
        asked(inlet)

    assert (inlet.taken, inlet.cursor, inlet.refused) == (6, "6", 0)
    assert [path.partition("?x=1")[2] for path, _ in server.seen] == [
        *("", "&since=2", "&since=4", "&since=5"),
        *("&since=5", "&since=6"),
    ]
    assert {token for _, token in server.seen} == {"tok"}
    assert set(Complaint.objects.values_list("channel", "source")) == {
        ("shop", f"in:{inlet.source}")
    }


def test_a_complaint_that_cannot_be_taken_costs_no_other():
    with crm([row(1), row(2, at="nonsense"), row(3, no="")]) as server:
        server.rows.append(row(4, at=10**400))  # no float is as large
        inlet = asked(pull(server))

    assert (inlet.taken, inlet.refused, inlet.cursor) == (1, 3, "4")
    assert inlet.last_refusal


def test_what_no_text_can_hold_stops_no_way_in():
    rows = [row(1, no="T\0 1", mark="\0a"), row(2, at="nonsense", no="\0", mark="\0b")]
    with crm(rows) as server:
        inlet = asked(pull(server, cursor_parameter="", cursor_path="item.mark"))

    assert (inlet.taken, inlet.refused, inlet.failures) == (1, 2, 0)  # the second comes twice
    assert inlet.cursor == "\ufffdb"


def test_the_cursor_is_kept_with_what_was_taken_or_not_at_all(monkeypatch):
    def dies(*_args, **_kwargs):
        raise RuntimeError

    with crm([row(1)]) as server:
        inlet = pull(server)
        with monkeypatch.context() as patch:
            patch.setattr(transitions, "receive", dies)
            asked(inlet)
        assert (inlet.cursor, inlet.taken, inlet.failures) == ("", 0, 1)
        asked(inlet)

    assert (inlet.cursor, inlet.taken, inlet.failures) == ("1", 1, 0)


def test_a_worker_whose_claim_has_gone_stores_nothing():
    inlet = make_inlet("pull")
    claimed = transitions.claim(now=NOW)
    transitions.try_now(Inlet.objects.filter(pk=inlet.pk), now=NOW)

    values = {"external_id": "1", "occurred_at": NOW.isoformat()}
    assert not transitions.take(claimed, [values], cursor="9", now=NOW)
    assert not Complaint.objects.exists()


def test_a_crm_that_fails_rests_and_can_be_tried_now(signed_in):
    with crm([row(1)]) as server:
        server.broken = True
        inlet = asked(pull(server))
        assert (inlet.failures, inlet.last_error) == (1, "It answers 500.")
        assert running.run_due(now=NOW) == 0
        server.broken = False
        address = reverse("admin:heatmaps_project_inlet_changelist")
        said = {"action": "try_now", "_selected_action": [inlet.pk]}
        signed_in("administrator").post(address, said)
        inlet.refresh_from_db()
        assert inlet.failures == 0
        asked(inlet)

    assert (inlet.taken, inlet.last_error) == (1, "")


def test_resting_is_never_longer_than_an_hour():
    every = timedelta(seconds=60)

    waits = [next_at(every=every, failures=n, now=NOW) - NOW for n in range(9)]

    assert waits[:3] == [every, 2 * every, 4 * every]
    assert waits[-1] == timedelta(hours=1)


# Social media


def send(client, inlet: Inlet, body: str, **more):
    address = reverse("inlet", args=[inlet.source])
    return client.post(address, body, content_type="application/json", headers=more)


def message(number: int = 1) -> str:
    return json.dumps({"id": f"m{number}", "text": "Нет сети", "at": NOW.isoformat()})


def test_signed_messages_are_taken_each_once(client):
    inlet = make_inlet(secret=new_secret())
    for _ in range(2):
        signed = headers(message(), message_id=uuid4(), keys=[inlet.secret], now=timezone.now())
        assert send(client, inlet, message(), **signed).status_code == 202

    inlet.refresh_from_db()
    assert (inlet.taken, Complaint.objects.get().channel) == (1, "social")


def test_the_networks_own_signature_is_taken(client):
    inlet = make_inlet(secret=WORDS)
    digest = hmac.new(WORDS.encode(), message().encode(), sha256).hexdigest()

    assert send(client, inlet, message(), **{"X-Hub-Signature-256": f"sha256={digest}"}).status_code
    assert Complaint.objects.count() == 1


def test_a_network_that_asks_first_is_answered_if_it_knows_the_token(client, signed_in):
    inlet = make_inlet(secret=WORDS)
    page = reverse("admin:heatmaps_project_inlet_change", args=[inlet.pk])
    said = {"hub.mode": "subscribe", "hub.verify_token": inlet.verify_token}

    def asked(challenge="1158201444", source=inlet.source, **changed):
        return client.get(
            reverse("inlet", args=[source]), {**said, "hub.challenge": challenge, **changed}
        )

    assert inlet.verify_token in signed_in("administrator").get(page).content.decode()
    assert (asked().content, asked()["Content-Type"]) == (b"1158201444", "text/plain")
    assert asked("<script>").status_code == asked(**{"hub.mode": "else"}).status_code == 400
    assert asked(**{"hub.verify_token": "\u0436"}).status_code == 403
    assert asked(source="nobody").status_code == 403
    Inlet.objects.update(secret="")
    assert asked(**{"hub.verify_token": ""}).status_code == 403


@pytest.mark.parametrize("secret", ["whsec_", "whsec_YQ==", "plain words"])
def test_what_is_signed_with_a_key_that_can_be_guessed_is_not_taken(client, signed_in, secret):
    inlet = make_inlet(secret=secret)
    digest = hmac.new(secret.encode(), message().encode(), sha256).hexdigest()
    said = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": inlet.verify_token}
    page = reverse("admin:heatmaps_project_inlet_add")
    row = {"kind": "social", "new_secret": secret}

    signed = {"X-Hub-Signature-256": f"sha256={digest}"}
    assert send(client, inlet, message(), **signed).status_code == 401
    assert client.get(reverse("inlet", args=[inlet.source]), said).status_code == 403
    form = signed_in("administrator").post(page, row).context["adminform"].form
    assert "new_secret" in form.errors


@pytest.mark.parametrize("wrong", [{}, {"X-Hub-Signature-256": "sha256=00"}])
def test_what_is_not_signed_is_not_taken(client, wrong):
    inlet = make_inlet(secret=new_secret())

    assert send(client, inlet, message(), **wrong).status_code == 401
    assert send(client, make_inlet(), message(), **wrong).status_code == 401
    assert not Complaint.objects.exists()


def test_whoever_cannot_sign_takes_no_turn_of_those_who_can(client, monkeypatch):
    monkeypatch.setattr(social, "POSTS", 2)
    inlet = make_inlet(secret=new_secret())
    answers = [send(client, inlet, message()).status_code for _ in range(3)]
    signed = headers(message(), message_id=uuid4(), keys=[inlet.secret], now=timezone.now())
    from_elsewhere = Client(REMOTE_ADDR="192.0.2.7")

    assert answers == [401, 401, 429]
    assert send(from_elsewhere, inlet, message(), **signed).status_code == 202


# The admin


def test_an_administrator_describes_a_way_in(signed_in, settings):
    settings.WEBHOOK_HTTP = False
    client = signed_in("administrator")
    said = {
        "kind": "pull",
        "name": "Old CRM",
        "source": "old-crm",
        "brand": make_brand().pk,
        "active": "on",
        "topic": make_topic().pk,
        "channel": "shop",
        "time_zone": "Europe/Moscow",
        "url": "https://crm.example.org/tickets",
        "new_secret": "Bearer abc",
        "every": 60,
        "mapping": '{"external_id": "id"}',
    }
    add = reverse("admin:heatmaps_project_inlet_add")

    for wrong in (
        {"url": "http://crm.example.org/"},
        {"url": "https://10.0.0.1/"},
        {"mapping": "{}"},
        {"mapping": '{"adress": "a"}'},
        {"time_zone": "Mars"},
    ):
        assert client.post(add, {**said, **wrong}).status_code == 200
    assert client.post(add, said).status_code == 302

    inlet = Inlet.objects.get()
    assert (inlet.secret, inlet.due_at is not None) == ("Bearer abc", True)
    page = reverse("admin:heatmaps_project_inlet_change", args=[inlet.pk])
    assert "Bearer abc" not in client.get(page).content.decode()
    client.post(page, {**said, "new_secret": ""})
    inlet.refresh_from_db()
    assert inlet.secret == "Bearer abc"
    # whoever names another host is not told the secret by it
    elsewhere = {**said, "url": "https://thief.example.net/", "new_secret": ""}
    assert "new_secret" in client.post(page, elsewhere).context["adminform"].form.errors
    assert client.post(page, {**elsewhere, "new_secret": "another"}).status_code == 302
