"""All spellings of an address are one; nothing a customer writes can break the reading of it."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from complaints.geocoding.address import (
    MOST_READINGS,
    normalise,
    readings,
    street_key,
    town_key,
)
from complaints.geocoding.house import fit, house_key, number
from complaints.geocoding.spelling import MAX_LENGTH, clean, edits, likeness

SAME = {
    "moskva polevaya #5k1": [
        "Москва, улица Полевая, 5к1",
        "г. Москва, ул. Полевая, д. 5 корп. 1",
        "Г МОСКВА, УЛ ПОЛЕВАЯ, Д 5, КОРП 1",
        "г.Москва,ул.Полевая,д.5,к.1,кв.7",
        "Россия, г. Москва, Полевая ул., дом 5 корпус 1, квартира 7",
        "Москва, Полевая улица 5 к.1",
        "5к1, Полевая ул., Москва",
        "Полевая 5 к 1 Москва",
        "Москва Полевая 5к1",
        "город Москва, Полевая, 5 корпус 1, подъезд 3, этаж 2",
        "Moskva, Polevaya st., 5k1",
        "Polevaya street 5 k1, Moskva, Russia",
    ],
    "1~ khimki polevaya #3s2": [
        "Химки, 1-я Полевая улица, 3 стр. 2",
        "г. Химки, Полевая 1-я, д.3 с2",
        "3 строение 2, Полевая 1-я ул, Химки",
        "химки 1 я полевая 3с2",
    ],
    "mira moskva prospekt #12a": [
        "Москва, проспект Мира, 12А",
        "Москва, пр-т Мира, 12 а",
        "Москва, Мира пр-кт, д.12а",
        'Москва, просп. Мира 12"А"',
        "Москва, Мира проспект дом 12-А",
        "Moskva, Mira avenue, 12A",
    ],
    "bulvar korolev zvezdnyy #5/7": [
        "Королёв, Звёздный бульвар, 5/7",
        "г. Королев, Звездный б-р, 5/7",
        "королев, бул. звездный, д. 5 / 7",
    ],
    "martovskaya pereulok tver #7": ["Тверь, пер. Мартовская, 7", "Тверь, Мартовская переулок 7"],
    "8 marta tver #12": ["Тверь, ул. 8 Марта, 12", "Тверь, 8 Марта ул. д. 12"],
    "170000, konakovskiy region, tverskaya region, ivanovka #5": [
        "170518, Тверская обл., Конаковский р-н, с. Ивановка, д. 5",
        "Россия, 170504, область Тверская, Конаковский район, Ивановка, 5, кв. 2",
        "Ивановка 5, район Конаковский, обл. Тверская, 170518",
    ],
    "khanty-mansiyskiy region, nizhniy #5": [
        "Ханты-Мансийский автономный округ, пос. Нижний, 5",
        "Ханты-Мансийский АО, п. Нижний, д. 5",
    ],
    "adygeya region, ivanovka #5": ["Республика Адыгея, Ивановка, 5", "респ. Адыгея, Ивановка 5"],
    "ivanovka #5": ["с. Ивановка, д. 5", "д. Ивановка, дом 5", "пос Ивановка 5"],
}


@pytest.mark.parametrize(
    ("text", "expected"), [(text, key) for key, texts in SAME.items() for text in texts]
)
def test_spellings_of_one_address_are_one(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Москва, ул. Полевая, 5", "Москва, ул. Полевая, 5к1"),
        ("Москва, ул. Полевая, 5", "Москва, пер. Полевая, 5"),
        ("Москва, 1-я Полевая, 5", "Москва, 2-я Полевая, 5"),
        ("Москва, ул. Полевая, 5с1", "Москва, ул. Полевая, 5к1"),
        ("Москва, ул. Полевая, 5А", "Москва, ул. Полевая, 5Б"),
        ("Тверская обл., с. Ивановка, 5", "Рязанская обл., с. Ивановка, 5"),
        ("Конаковский р-н, с. Ивановка, 5", "Зубцовский р-н, с. Ивановка, 5"),
        ("170518, с. Ивановка, 5", "390518, с. Ивановка, 5"),
        ("Тверская обл., с. Ивановка, 5", "с. Ивановка, ул. Тверская, 5"),
        ("Тверская обл., с. Ивановка, 5", "с. Ивановка, 5"),
    ],
)
def test_different_addresses_stay_different(one, other):
    assert normalise(one) != normalise(other)


@given(st.text())
@example("\0")
@example("\ud800")
@example("5 5 5 #5 d d 5 s k 1~1~")
@example("ﷺ" * 1000)
@example("ул. ул. ул. д. д. 5 к к 5")
def test_normalising_again_changes_nothing(text):
    once = normalise(text)

    assert normalise(once) == once


MARKS = """
    Тверская область респ. Россия region
    г. ул. улица пр-т д. корп. к с стр. кв. обл. р-н Москва Полевая 1-я 8 Марта 5 12А 5/7 , - #
    Набережная st street St. им. вл ~ линия б-р 127521 а
"""
WORDS = st.sampled_from(MARKS.split())


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_normalising_marks_in_any_order_changes_nothing_the_second_time(text):
    once = normalise(text)

    assert normalise(once) == once


@pytest.mark.parametrize(
    "word",
    [
        "#",
        "№ ",
        "# #.",
        "д.",
        "д. ",
        "дом ",
        "д. №",
        "вл",
        "двлд",
        "влд",
        "д вл. #",
        "к. 1",
        "с1к1",
    ],
)
def test_a_word_said_over_and_over_is_read_in_no_time(word):
    began = time.process_time()

    for text in (word * 150, f"{word * 150}!", f"Москва, {word * 40} x"):
        assert len(readings(text)) <= MOST_READINGS
        normalise(text)

    assert time.process_time() - began < 2


@given(st.one_of(st.text(max_size=2000), st.lists(WORDS, max_size=40).map(" ".join)))
def test_nothing_that_is_written_breaks_the_reading(text):
    assert len(readings(text)) <= MOST_READINGS
    assert len(clean(text)) <= MAX_LENGTH
    assert number(house_key(text)) >= 0
    assert isinstance(town_key(text), str)
    assert len(street_key(text)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13", "13"),
        ("д. 1, к. 1", "1k1"),
        ("5 к.1", "5k1"),
        ("5 корп 1", "5k1"),
        ("9А с9", "9as9"),
        ("9/9 c9", "9/9s9"),  # with a Latin c
        ("9 к9 с9", "9k9s9"),
        ("9к9с9", "9k9s9"),
        ("9А, ш. Мира", "9a"),
        ("9а стр.9", "9as9"),
        ("9АБ", "9ab"),
        ("9А кА", "9aka"),
        ("12 а", "12a"),
        ("12-14", "12-14"),
        ("вл.9", "vl9"),
        ("в9", "vl9"),
        ("007", "7"),
        ("без номера", ""),
    ],
)
def test_a_house_has_one_key(text, expected):
    assert house_key(text) == expected


@pytest.mark.parametrize(
    ("wanted", "known", "expected"),
    [
        pytest.param("5", "5", 1.0, id="the same"),
        pytest.param("5", "5/7", 0.9, id="on a corner"),
        pytest.param("5-7", "5", 0.9, id="with a flat"),
        pytest.param("5-7", "5/7", 0.97, id="joined otherwise"),
        pytest.param("9", "vl9", 0.92, id="an estate"),
        pytest.param("5/2", "5k2", 0.935, id="a block behind a stroke"),
        pytest.param("5/2", "5k2s1", 0.0, id="a building in that block"),
        pytest.param("5/7", "5/9", 0.0, id="another corner"),
        pytest.param("5", "5k1", 0.0, id="a block"),
        pytest.param("5a", "5b", 0.0, id="another letter"),
        pytest.param("", "5", 0.0, id="none wanted"),
    ],
)
def test_a_house_answers_a_wanted_one(wanted, known, expected):
    assert fit(wanted, known) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1-я Полевая улица", ("1 polevaya", "ulitsa")),
        ("Полевая 1-я", ("1 polevaya", "")),
        ("17-й проезд Марьиной Рощи", ("17 marinoy roshchi", "proezd")),
        ("Набережная улица", ("naberezhnaya", "ulitsa")),
        ("Набережная", ("naberezhnaya", "")),
        ("улица Кашёнкин Луг", ("kashenkin lug", "ulitsa")),
        ("улица им. Ленина", ("lenina", "ulitsa")),
    ],
)
def test_a_street_is_a_name_and_a_kind(name, expected):
    assert street_key(name) == expected


@pytest.mark.parametrize(
    ("wanted", "known", "least", "most"),
    [
        ("polevaya", "polevaya", 1, 1),
        ("plevaya", "polevaya", 0.8, 0.95),
        ("koroleva", "akademika koroleva", 0.85, 0.95),
        ("b novodmitrovskaya", "bolshaya novodmitrovskaya", 0.9, 0.99),
        ("1 polevaya", "2 polevaya", 0, 0),
        ("polevaya", "1 polevaya", 0.5, 0.75),
        ("lenina", "mira", 0, 0.3),
        ("", "mira", 0, 0),
    ],
)
def test_names_are_as_alike_as_they_sound(wanted, known, least, most):
    assert least <= likeness(wanted, known) <= most


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0),
        ("mira", "mira", 0),
        ("mira", "mir", 1),
        ("mira", "mria", 1),
        ("mira", "nika", 2),
    ],
)
def test_typing_errors_are_counted(one, other, expected):
    assert edits(one, other) == expected
