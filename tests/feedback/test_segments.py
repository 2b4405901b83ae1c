"""SMS parts: exactly as many as a telephone company would count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.notifications.templates.segments import Encoding, letters, segments

LETTERS = st.text(st.sampled_from("aя€[ \n😀@~é"), max_size=500)


def units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UCS2:
        return len(text.encode("utf-16-be")) // 2
    return len(text) + sum(text.count(letter) for letter in "^{}\\[~]|€\f")


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        pytest.param("", Encoding.GSM7, 1, id="nothing"),
        pytest.param("a" * 160, Encoding.GSM7, 1, id="160"),
        pytest.param("a" * 161, Encoding.GSM7, 2, id="161"),
        pytest.param("a" * 306, Encoding.GSM7, 2, id="twice 153"),
        pytest.param("a" * 307, Encoding.GSM7, 3, id="twice 153 and one"),
        pytest.param("a" * 152 + "[" + "a" * 6, Encoding.GSM7, 1, id="160 with an escape pair"),
        pytest.param("a" * 152 + "[" + "a" * 7, Encoding.GSM7, 2, id="escape pair at the seam"),
        pytest.param("a" * 152 + "[" + "a" * 152, Encoding.GSM7, 3, id="pair not split: 2 by rote"),
        pytest.param("€" * 80, Encoding.GSM7, 1, id="80 of two septets"),
        pytest.param("€" * 81, Encoding.GSM7, 2, id="81 of two septets"),
        pytest.param("я" * 70, Encoding.UCS2, 1, id="70"),
        pytest.param("я" * 71, Encoding.UCS2, 2, id="71"),
        pytest.param("я" * 134, Encoding.UCS2, 2, id="134"),
        pytest.param("я" * 135, Encoding.UCS2, 3, id="135"),
        pytest.param("я" * 66 + "😀" + "я" * 66, Encoding.UCS2, 3, id="surrogates not split"),
        pytest.param("a" * 69 + "`", Encoding.UCS2, 1, id="a backtick is not in the alphabet"),
        pytest.param("\x1b", Encoding.UCS2, 1, id="a bare escape is not in the alphabet"),
    ],
)
def test_parts_of_a_text(text, encoding, parts):
    cut = segments(text)

    assert (cut.encoding, len(cut.parts)) == (encoding, parts)


def test_the_sentence_of_the_contact_centre_takes_two_parts():
    sentence = (
        "Вижу, что по вашему адресу уже ведутся работы над улучшением качества связи."
        " Решение ожидается в течение 5 часов."
    )

    assert len(segments(sentence).parts) == 2


@given(LETTERS)
def test_the_parts_joined_are_the_text(text):
    assert "".join(segments(text).parts) == text


@given(LETTERS)
def test_no_part_has_more_than_its_room_and_none_could_have_taken_the_next_letter(text):
    cut = segments(text)
    alone = len(cut.parts) == 1
    room = cut.encoding.alone if alone else cut.encoding.joined

    assert all(units(part, cut.encoding) <= room for part in cut.parts)
    for part, following in zip(cut.parts, cut.parts[1:], strict=False):
        assert units(part + following[0], cut.encoding) > room


@given(LETTERS)
def test_no_part_ends_within_a_letter(text):
    cut = segments(text)

    for part in cut.parts:
        octets = cut.octets(part)
        if cut.encoding is Encoding.UCS2:
            assert octets.decode("utf-16-be") == part
        else:
            assert not octets.endswith(b"\x1b")
            assert len(octets) == units(part, cut.encoding)


def test_a_text_of_more_than_255_parts_is_refused():
    with pytest.raises(ValueError, match="256 parts"):
        segments("я" * (67 * 255 + 1))


def test_an_escape_that_the_extension_does_not_know_is_the_basic_letter():
    assert letters(b"a\x1bab\x1b\x1b", data_coding=0) == "aab "
