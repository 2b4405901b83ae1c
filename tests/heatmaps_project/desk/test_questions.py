"""What an agent types, and what it may mean."""

import pytest

from heatmaps_project.desk.questions import Asked, Question, meanings

PHONE, CUSTOMER, COMPLAINT, ADDRESS = (
    *(Asked.PHONE, Asked.CUSTOMER, Asked.COMPLAINT, Asked.ADDRESS),
)


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("+7 926 123-45-12", [PHONE]),
        ("8(926)1234512", [PHONE, CUSTOMER, COMPLAINT]),
        ("89261234512", [PHONE, COMPLAINT, CUSTOMER]),
        ("№ 12345", [COMPLAINT]),
        ("12345", [COMPLAINT, CUSTOMER]),
        ("crm-17", [CUSTOMER, COMPLAINT, ADDRESS]),
        ("Мытищи", [ADDRESS]),
        ("Мытищи, ул. Полевая, д. 5", [ADDRESS]),
        ("Полевая 5", [ADDRESS]),
        ("5-я Полевая 12", [ADDRESS]),
        ("", [ADDRESS]),
        ("1" * 19, [CUSTOMER, COMPLAINT]),
    ],
)
def test_what_is_typed_means(typed, kinds):
    assert [one.kind for one in meanings(typed, region="RU")] == kinds


@pytest.mark.parametrize("typed", ["8 926 123 45 12", "+7(926)123-45-12", " 7 926 123 45 12 "])
def test_a_phone_is_one_phone_in_any_spelling(typed):
    assert meanings(typed, region="RU")[0] == Question(PHONE, "+79261234512")
