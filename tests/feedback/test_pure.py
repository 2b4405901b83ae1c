"""The small pure parts: retries, texts with variables, gateways' ids, signed tokens."""

from datetime import timedelta
from itertools import count, takewhile
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.notifications.gateways import gateway_ids
from feedback.notifications.holding import retries
from feedback.notifications.templates import texts
from feedback.notifications.templates.catalogue import RATED
from feedback.notifications.templates.defaults import PACKAGED
from feedback.surveys import tokens
from tests.factories import NOW

KEY = b"k" * 32
CALM = UUID(int=1000)  # no jitter
EAGER = UUID(int=999)  # as much as there is


# Retries


def test_a_message_is_tried_at_once_then_ever_later_and_given_up_within_four_hours():
    minutes = [
        (retries.retry_at(attempts=n, key=CALM, now=NOW) - NOW) / timedelta(minutes=1)
        for n in range(1, 8)
    ]

    assert minutes == [0, 1, 5, 15, 60, 60, 60]
    assert sum(minutes) <= 240
    assert retries.retry_at(attempts=8, key=CALM, now=NOW) is None


def test_even_with_all_the_jitter_the_last_attempt_is_within_four_hours():
    now, due_at = NOW, NOW
    for attempts in count(1):
        due_at = retries.retry_at(attempts=attempts, key=EAGER, now=now)
        if due_at is None:
            break
        now = due_at

    assert timedelta(hours=3) < now - NOW <= timedelta(hours=4)


# Texts


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{place}: {link}", set()),
        ("{plaice}", {"plaice"}),
        ("{place.__class__}", {"place.__class__"}),
        ("{place!r:>9}", {"place!r:>9"}),
        ("{}", {""}),
        ("{{place}}", {"{", "}"}),
        ("place}", {"}"}),
        ("{place", {"{"}),
    ],
)
def test_only_plain_known_variables_may_stand_in_a_text(text, wrong):
    assert texts.unknown(text, allowed={"place", "link"}) == wrong


@given(st.text(), st.text())
def test_a_value_is_put_in_as_it_is(place, link):
    assert texts.filled("<{place}|{link}>", {"place": place, "link": link}) == f"<{place}|{link}>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Готово. Стало лучше? Оцените: {link}", "Готово."),
        ("{brand}: готово на ул. {place}. Как теперь? Лучше? Оцените: {link} Спасибо!", None),
        ("Done… {link}", "Done…"),
        ("Здравствуйте!\n\nГотово.\n\nЛучше?\nОценка:\n{link}\n\n{brand}", None),
        ("Оцените: {link}", ""),
        ("Стало лучше? {link}", ""),
        ("Готово.", "Готово."),
    ],
)
def test_whoever_is_not_asked_reads_the_rest(text, left):
    found = texts.without(text, "link")

    assert "link" not in found
    assert found == left if left is not None else "отово" in found and "ценк" not in found


def test_packaged_texts_say_what_is_fixed_without_asking_how_it_is():
    for (reason, *_other), (_subject, body) in PACKAGED.items():
        if reason in RATED:
            rest = texts.without(body, "link")
            assert "{place}" in rest
            assert not [word for word in ("?", "цен", "rate") if word in rest]


# Gateways' ids


@pytest.mark.parametrize(
    ("answered", "reported"),
    [("m17", "m17"), ("1A", "26"), ("26", "1a"), ("00FF", "255"), ("0", "0"), ("A0", "160")],
)
def test_a_receipt_in_hex_or_decimal_names_the_answer(answered, reported):
    assert gateway_ids.plain(answered) in gateway_ids.forms(reported)


@given(st.integers(0, 2**64), st.sampled_from("dxX"), st.sampled_from("dxX"))
def test_any_number_is_known_in_either_form(number, answered, reported):
    assert gateway_ids.plain(f"{number:{answered}}") in gateway_ids.forms(f"{number:{reported}}")


def test_an_id_that_is_no_number_has_one_form():
    assert gateway_ids.forms("msg-12") == ("msg-12",)


# Tokens


@given(st.integers(0, 2**48 - 1))
def test_a_token_names_its_invitation_and_only_with_the_key(number):
    token = tokens.signed(number, key=KEY)

    assert len(token) == tokens.LENGTH
    assert tokens.number_of(token, key=KEY) == number
    assert tokens.number_of(token, key=b"another") is None


@given(st.data())
def test_a_token_changed_in_any_letter_is_none(data):
    token = tokens.signed(17, key=KEY)
    place = data.draw(st.integers(0, tokens.LENGTH - 1))
    letter = data.draw(st.sampled_from("ABCwxyz0189-_!/я"))
    forged = token[:place] + letter + token[place + 1 :]

    assert (tokens.number_of(forged, key=KEY) == 17) is (forged == token)


@given(st.text(max_size=40))
def test_what_is_no_token_is_refused(text):
    assert tokens.number_of(text, key=KEY) is None


def test_neighbouring_invitations_have_unlike_tokens():
    tails = {tokens.signed(number, key=KEY)[8:] for number in range(1000)}

    assert len(tails) == 1000
    shared = [
        len(list(takewhile(bool, (a == b for a, b in zip(one, other, strict=True)))))
        for one, other in zip(sorted(tails), sorted(tails)[1:], strict=False)
    ]
    assert max(shared) <= 6  # as for 1,000 texts drawn by chance
