"""What an agent says: the table of situations, and what holds of every sentence."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.desk.sentences import SPEECH, Kind, Situation, sentence, wrong_blanks

NOW = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)
WORKING = "Вижу, что по вашему адресу уже ведутся работы над улучшением качества связи."
CAUSE = {"ru": "авария электропитания базовой станции", "en": "a power failure at our base station"}


def after(**time: float) -> datetime:
    return NOW + timedelta(**time)


def said(kind: Kind, language: str = "ru", **situation) -> str:
    return sentence(Situation(kind, **situation), language=language, now=NOW)


@pytest.mark.parametrize(
    ("until", "term"),
    [
        pytest.param(after(minutes=5), "1 часа", id="rounded up to an hour"),
        pytest.param(after(hours=1), "1 часа", id="an hour"),
        pytest.param(after(hours=1, seconds=1), "2 часов", id="rounded up"),
        pytest.param(after(hours=3), "3 часов", id="three hours"),
        pytest.param(after(hours=11), "11 часов", id="eleven, not one"),
        pytest.param(after(hours=21), "21 часа", id="twenty-one"),
        pytest.param(after(hours=24), "24 часов", id="a day is still hours"),
        pytest.param(after(hours=25), "2 дней", id="longer than a day"),
        pytest.param(after(days=11), "11 дней", id="eleven days"),
        pytest.param(after(days=20, hours=1), "21 дня", id="twenty-one days"),
    ],
)
def test_the_promised_sentence_of_the_main_case(until, term):
    assert said(Kind.WORKING, until=until) == f"{WORKING} Решение ожидается в течение {term}."


@pytest.mark.parametrize(
    ("kind", "situation", "russian", "english"),
    [
        pytest.param(
            Kind.WORKING,
            {"until": after(hours=3), "cause": CAUSE},
            f"{WORKING} Решение ожидается в течение 3 часов."
            " Причина: авария электропитания базовой станции.",
            "I can see that work to improve the service at your address is already under way."
            " We expect it to be solved within 3 hours."
            " The cause: a power failure at our base station.",
            id="worked on, with cause and term",
        ),
        pytest.param(
            Kind.WORKING,
            {"until": after(hours=-1)},
            f"{WORKING} Работы идут дольше, чем мы ожидали: новый срок сейчас уточняется.",
            "I can see that work to improve the service at your address is already under way."
            " It takes longer than we expected, and a new time is being set.",
            id="the term has passed",
        ),
        pytest.param(
            Kind.WORKING,
            {},
            f"{WORKING} Специалисты уже выясняют причину и срок решения.",
            "I can see that work to improve the service at your address is already under way."
            " Our engineers are finding out the cause and when it will be solved.",
            id="no term yet",
        ),
        pytest.param(
            Kind.FIXED,
            {"at": after(hours=-2), "cause": CAUSE},
            "По вашему адресу были трудности со связью, 2 часа назад мы их устранили."
            " Причина: авария электропитания базовой станции."
            " Пожалуйста, перезагрузите телефон и попробуйте ещё раз.",
            "There was a problem with the service at your address, and we fixed it 2 hours ago."
            " The cause: a power failure at our base station."
            " Please restart your phone and try again.",
            id="fixed two hours ago",
        ),
        pytest.param(
            Kind.WORKS,
            {"until": after(hours=5)},
            "По вашему адресу идут плановые работы на сети, связь может прерываться."
            " Работы закончатся в течение 5 часов.",
            "Planned work on our network is going on at your address,"
            " so the service may be interrupted. It will be over within 5 hours.",
            id="planned works",
        ),
        pytest.param(
            Kind.WORKS_SOON,
            {"at": after(hours=26)},
            "По вашему адресу сбоев не вижу, но запланированы работы на сети:"
            " они начнутся в течение 2 дней.",
            "I see no fault at your address, but work on our network is planned there:"
            " it will start within 2 days.",
            id="works to come",
        ),
        pytest.param(
            Kind.NO_COVERAGE,
            {},
            "К сожалению, по вашему адресу пока нет покрытия нашей сети.",
            "I am sorry: our network does not cover your address yet.",
            id="a hole in the coverage",
        ),
        pytest.param(
            Kind.UNSURE,
            {},
            "Подскажите, пожалуйста, улицу и дом: я проверю, известно ли что-нибудь по вашему"
            " адресу.",
            "Could you tell me the street and the house, please?"
            " I will check whether anything is known at your address.",
            id="only the town is known",
        ),
        pytest.param(
            Kind.OUTAGE,
            {"until": after(hours=2)},
            "Вижу, что по вашему адресу произошла авария на сети, её уже устраняют."
            " Решение ожидается в течение 2 часов.",
            "I can see that there is an outage of our network at your address,"
            " and it is already being repaired. We expect it to be solved within 2 hours.",
            id="an outage",
        ),
        pytest.param(
            Kind.NEAR,
            {},
            "По вашему адресу сбоев не вижу, но рядом с вами уже ведутся работы над улучшением"
            " качества связи. Специалисты уже выясняют причину и срок решения.",
            "I see no fault at your address, but work to improve the service is already under way"
            " near you. Our engineers are finding out the cause and when it will be solved.",
            id="a spot near by",
        ),
        pytest.param(
            Kind.OUTDOORS_ONLY,
            {},
            "По вашему адресу сбоев не вижу. Сеть там рассчитана на приём на улице:"
            " в помещении связь лучше у окна.",
            "I see no fault at your address. The network there is made for use outdoors:"
            " indoors the service is better near a window.",
            id="made for outdoors",
        ),
        pytest.param(
            Kind.NOTHING,
            {},
            "По вашему адресу сбоев не вижу. Давайте уточню подробности и передам обращение.",
            "I see no fault at your address. Let me ask a few details and pass your complaint on.",
            id="nothing known",
        ),
    ],
)
def test_what_is_said_in_both_languages(kind, situation, russian, english):
    assert said(kind, "ru", **situation) == russian
    assert said(kind, "en", **situation) == english


@pytest.mark.parametrize(
    ("hours", "russian", "english"),
    [
        (0, "недавно", "a short time ago"),
        (1, "1 час назад", "1 hour ago"),
        (3, "3 часа назад", "3 hours ago"),
        (5, "5 часов назад", "5 hours ago"),
        (12, "12 часов назад", "12 hours ago"),
        (21, "21 час назад", "21 hours ago"),
        (22, "22 часа назад", "22 hours ago"),
        (49, "2 дня назад", "2 days ago"),
    ],
)
def test_how_long_ago_it_was_fixed(hours, russian, english):
    assert f"{russian} мы их" in said(Kind.FIXED, at=after(hours=-hours))
    assert f"we fixed it {english}." in said(Kind.FIXED, "en", at=after(hours=-hours))


_times = st.none() | st.integers(-5_000, 5_000).map(lambda minutes: after(minutes=minutes))
_situations = st.builds(
    Situation,
    kind=st.sampled_from(Kind),
    until=_times,
    at=_times,
    cause=st.none() | st.fixed_dictionaries({"ru": st.text(), "en": st.text()}),
)


@given(situation=_situations, language=st.sampled_from(sorted(SPEECH)), own=st.booleans())
def test_every_sentence_is_whole(situation, language, own):
    text = sentence(situation, language=language, now=NOW, own=own)

    assert text[0].isupper()
    assert text.endswith(".")
    assert "None" not in text.replace((situation.cause or {}).get(language, ""), "")


@pytest.mark.parametrize("kind", Kind)
def test_on_their_own_page_nobody_speaks_to_the_customer(kind):
    for language, words in (
        ("ru", ("вижу", "Вижу", "Давайте", "Подскажите")),
        ("en", ("I ", "Let me")),
    ):
        cause = CAUSE[language]
        text = sentence(Situation(kind), language=language, now=NOW, own=True).replace(cause, "")
        assert not any(word in text for word in words), text


@given(kind=st.sampled_from(Kind), language=st.sampled_from(sorted(SPEECH)), until=_times)
def test_a_promise_is_never_sooner_than_the_term_and_never_of_a_passed_one(kind, language, until):
    text = sentence(Situation(kind, until=until), language=language, now=NOW)

    promise = re.search(r"(?:в течение|within) (\d+) (час|hour|д|day)", text)
    if promise and kind is not Kind.WORKS_SOON:
        unit = timedelta(hours=1) if promise[2] in {"час", "hour"} else timedelta(days=1)
        assert NOW < until <= NOW + int(promise[1]) * unit


@given(number=st.integers(1, 500))
def test_russian_numbers_take_their_forms(number):
    hours = SPEECH["ru"].wait_hours[SPEECH["ru"].wait_form(number)]
    ago = SPEECH["ru"].ago_hours[SPEECH["ru"].ago_form(number)]

    last, teen = number % 10, 10 < number % 100 < 20
    assert hours == ("{} часа" if last == 1 and not teen else "{} часов")
    few = {1: "{} час назад", 2: "{} часа назад", 3: "{} часа назад", 4: "{} часа назад"}
    assert ago == ("{} часов назад" if teen else few.get(last, "{} часов назад"))


def test_a_brands_own_words_stand_for_the_built_in_ones_part_by_part():
    situation = Situation(Kind.WORKING, until=after(hours=3), cause=CAUSE)
    words = {"term": "Починим за {wait} {brand.name}!"}

    told = sentence(situation, language="ru", now=NOW, words=words)

    assert told == f"{WORKING} Починим за 3 часов {{brand.name}}! Причина: {CAUSE['ru']}."


@pytest.mark.parametrize(
    ("part", "text", "wrong"),
    [
        ("term", "within {wait}", []),
        ("term", "no time at all", []),
        ("term", "since {ago}", ["{ago}"]),
        ("working", "{wait}", ["{wait}"]),
        ("cause", "{cause.__class__} or {0}", ["{cause.__class__}", "{0}"]),
        ("fixed", "{ago", ["{"]),
    ],
)
def test_only_what_a_part_knows_may_be_filled_in(part, text, wrong):
    assert wrong_blanks(part, text) == wrong
