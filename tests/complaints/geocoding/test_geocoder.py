"""An address becomes a point, or is left to a person."""

import pytest

from complaints.geocoding.geocoder import ACCEPTED, candidates, geocode, suggest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registry")]

POLEVAYA_5K1 = (37.603, 55.801)


def where(text):
    match = geocode(text)
    return match and (match.precision, round(match.point.x, 3), round(match.point.y, 3))


@pytest.mark.parametrize(
    "text",
    [
        "Москва, улица Полевая, 5 к1",
        "г. Москва, ул. Полевая, д. 5 корп. 1",
        "г.Москва,ул.Полевая,д.5,корп.1,кв.17",
        "127521, Россия, г Москва, Полевая ул, дом 5 корпус 1, квартира 17",
        "МОСКВА УЛ ПОЛЕВАЯ 5К1",
        "Полевая 5к1 Москва",
        "Полевая улица 5 к.1, Москва",
        "5к1, ул. Полевая, Москва",
        "Москва Полевая улица д 5 к 1",
        "ул. Полевая, 5 к1",
        "Moscow, Polevaya street 5k1",
        "5 k1 Polevaya st, Moskva, Russia",
        "Moscow, ulitsa Polevaya, house 5 building",
        "Масква, ул. Полевая, 5к1",
        "Москва, ул. Палевая, 5к1",
        "Москва, ул. Полвая, 5к1",
        "Москва, ул. Поелвая, 5к1",
        "Москва, Московский р-н, ул. Полевая, 5к1",
    ],
)
def test_a_house_is_found_however_it_is_written(text):
    wanted = ("house", *POLEVAYA_5K1) if "building" not in text else ("house", 37.602, 55.801)
    assert where(text) == wanted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Москва, Садовая 1-я, 2", ("house", 37.611, 55.811)),
        ("Москва, 2-я Садовая ул. 2", ("house", 37.621, 55.821)),
        ("Москва, 2 Садовая 2", ("house", 37.621, 55.821)),
        ("Москва, Звездный б-р 12а стр. 1", ("house", 37.631, 55.831)),
        ("Москва, ул. Добролюбова 5", ("house", 37.641, 55.841)),
        ("Москва, пер. Добролюбова 5", ("house", 37.651, 55.851)),
        ("Москва, Добролюбова 5", ("house", 37.641, 55.841)),
        ("Москва, ул. Королева, 8", ("house", 37.661, 55.861)),
        ("Москва, ул. Ак. Королева, 8", ("house", 37.661, 55.861)),
        ("Москва, Королева академика 8", ("house", 37.661, 55.861)),
        ("Москва, Б. Новодмитровская, 14", ("house", 37.671, 55.871)),
        ("Москва, ул. 8 марта, 4", ("house", 37.681, 55.881)),
        ("Москва, 8 марта 4", ("house", 37.681, 55.881)),
        ("Москва, ул. 8 марта", ("street", 37.681, 55.881)),
        ("Москва, пр-т Мира 101", ("house", 37.691, 55.751)),
        ("Москва, пр. Мира 101", ("house", 37.691, 55.751)),
        ("Moscow, Mira avenue 101", ("house", 37.691, 55.751)),
        ("Москва, Набережная 7", ("house", 37.696, 55.756)),
        ("Москва, ул. Полевая 9", ("house", 37.604, 55.801)),
        ("Москва, ул. Полевая 12 а", ("house", 37.605, 55.801)),
        ("Москва, ул. Полевая 5-17", ("house", 37.602, 55.801)),
        ("Тверь, ул. Ленина 1", ("house", 35.91, 56.86)),
        ("Тверь, Трехсвятская 20", ("house", 35.92, 56.86)),
    ],
)
def test_the_right_one_of_several_alike_is_found(text, expected):
    assert where(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Москва, ул. Полевая", "street", id="no house asked"),
        pytest.param("Москва, ул. Полевая 77", "street", id="no such house"),
        pytest.param("Москва", "locality", id="a town only"),
        pytest.param("г. Москва", "locality", id="a town with its mark"),
        pytest.param("Moscow, Russia", "locality", id="a town in English"),
        pytest.param("Самара", "locality", id="a town of the gazetteer"),
        pytest.param("г. Самара, ул. Полевая, 5", "locality", id="no streets known there"),
        pytest.param("СПб", "locality", id="a town's short name"),
        pytest.param("Ростов-на-Дону", "locality", id="a town of several words"),
        pytest.param("Екатеренбург", "locality", id="a town with an error"),
    ],
)
def test_what_is_not_a_house_says_so(text, expected):
    match = geocode(text)
    assert match is not None
    assert match.precision == expected


def test_a_house_that_is_not_known_is_put_at_its_nearest_neighbour():
    assert where("Москва, ул. Полевая, 11") == ("street", 37.604, 55.801)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("   ,,, ", id="commas"),
        pytest.param("не знаю", id="words"),
        pytest.param("дома", id="one word"),
        pytest.param("12345", id="a number"),
        pytest.param("ул. Ленина 1", id="a street of two towns, and no town"),
        pytest.param("Москва, ул. Садовая 2", id="neither the first nor the second"),
        pytest.param("Москва, 3-я Садовая 2", id="a third of two"),
        pytest.param("Москва, ул. Неведомая 5", id="a street that is not known"),
        pytest.param("Москва, Неведомая", id="a street that is not known, without its mark"),
        pytest.param("дер. Гадюкино, ул. Полевая 5", id="a village that is not known"),
        pytest.param("г. Москва, пос. Гадюкино, ул. Полевая 5", id="a village of a known town"),
        pytest.param("'; DROP TABLE complaints_address; --", id="SQL"),
        pytest.param("%" * 500, id="wildcards"),
        pytest.param("a" * 100_000, id="very long"),
        pytest.param("\0\ud800", id="broken text"),
    ],
)
def test_what_is_not_sure_is_left_to_a_person(text):
    assert geocode(text) is None


def test_answers_that_are_not_sure_are_still_proposed():
    labels = [match.label for match in candidates("Москва, ул. Садовая 2")]

    assert labels[:2] == ["Москва, 1-я Садовая улица, 2", "Москва, 2-я Садовая улица, 2"]


def test_a_score_says_how_sure_the_answer_is():
    exact, typo, no_town, no_house = (
        geocode(text).score
        for text in (
            "Москва, ул. Полевая, 5",
            "Москва, ул. Палевая, 5",
            "ул. Полевая, 5",
            "Москва, ул. Полевая, 77",
        )
    )

    assert exact == 1
    assert all(ACCEPTED <= score < 1 for score in (typo, no_town, no_house))


def test_an_address_is_completed_while_it_is_typed():
    def labels(text):
        return [match.label for match in suggest(text)]

    assert "Москва, улица Полевая" in labels("полев")
    assert "Москва, улица Полевая" in labels("Москва, Поле")
    assert labels("Полевая 5")[0] == "Москва, улица Полевая, 5"
    assert "Москва, улица Полевая, 5 к1" in labels("Полевая 5")
    assert labels("") == []


def test_the_number_of_queries_is_bounded(django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        candidates("Москва Садовая Полевая Ленина 2 3 4 5 улица Мира проспект дом")
