"""On a listening day everybody reads what customers say, and nobody whose words they are."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from heatmaps_project.accounts.roles import Role
from heatmaps_project.models import ListeningDay
from heatmaps_project.supervision.listening.redacting import redacted
from tests.factories import NOW, make_brand, make_complaint, make_user

TODAY = NOW.date()


@pytest.mark.parametrize(
    ("said", "hidden", "kept"),
    [
        ("Меня зовут Иван Петров, нет связи", "Иван Петров", "нет связи"),
        ("зовут иван, 4g не ловит", "иван", "4g не ловит"),
        ("Живу на ул. Полевая, д. 5, кв. 12, не ловит 5G", "Полевая 5, 12", "не ловит 5G"),
        ("деревня малая пустошь, LTE нет", "малая пустошь", "LTE нет"),
        ("Мария Ивановна жаловалась трижды", "Мария Ивановна", "жаловалась трижды"),
        ("я иванов пётр сергеевич", "сергеевич пётр", "я"),
        ("Не работает интернет в Рязани", "Рязани", "Не работает интернет"),
        ("Звоните +7 (926) 123-45-12 или a.b@mail.ru", "926 a.b@mail.ru", "Звоните"),
        ("Договор №4512-7788, карта 4276 1234", "4512 4276", "Договор"),
        ("My name is john smith, no signal", "john smith", "no signal"),
        ("Нет связи третий день. Иванов", "Иванов", "Нет связи третий день."),
        ("Не ловит 4G\nПетров", "Петров", "Не ловит 4G"),
        ("Әлия Қасымова звонила", "Әлия Қасымова", "звонила"),
        ("Звонил Müller, LTE нет", "Müller", "LTE нет"),
        ("нет связи, ПЕТРОВ ИВАН", "ПЕТРОВ ИВАН", "нет связи"),
        ("нет связи, пишите в @ivan_petrov", "@ivan_petrov ivan_petrov", "нет связи"),
        ("нет связи, ivan @mail.ru", "ivan @mail.ru", "нет связи"),
        ("нет связи, vk.com/ivan и t.me/petr", "vk.com/ivan t.me/petr", "нет связи"),
        ("Верните! Нет SMS", "-", "Верните! Нет SMS"),
    ],
)
def test_who_and_where_is_hidden_and_what_hurts_is_not(said, hidden, kept):
    shown = redacted(said)

    assert kept in shown
    assert not [part for part in hidden.replace(",", "").split() if part in shown.split()]
    assert redacted(shown) == shown


@given(st.text(max_size=200))
def test_no_number_or_address_of_mail_is_left_of_any_text(said):
    shown = redacted(said)

    assert not re.search(r"[0-9]", re.sub(r"[2-5]\s?[gG]", "", shown))
    assert not re.search(r"\S@\S", shown)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_everybody_hears_on_the_day_and_nobody_on_another(signed_in, role):
    make_complaint(text="Меня зовут Иван Петров, нет связи", received_at=NOW)
    make_complaint(text="rivals", brand=make_brand("rival"), received_at=NOW)
    make_complaint(text="long ago", received_at=NOW - timedelta(days=8))
    client = signed_in(role)

    with time_machine.travel(NOW, tick=False):
        quiet = client.get(reverse("listening"))
        ListeningDay.objects.create(day=TODAY, by=make_user("supervisor"))
        loud = client.get(reverse("listening")).content.decode()

    assert (quiet.context["is_open"], list(quiet.context["heard"])) == (False, [])
    assert "нет связи" in loud and "Петров" not in loud and "long ago" not in loud
    assert ("rivals" in loud) == (role == Role.ADMINISTRATOR)


@pytest.mark.django_db
def test_days_are_set_by_supervisors_and_called_off(signed_in):
    address = reverse("listening")
    with time_machine.travel(NOW, tick=False):
        boss = signed_in("supervisor")
        for _ in range(2):
            boss.post(address, {"day": TODAY + timedelta(days=3)})
        assert ListeningDay.objects.get().by.role == "supervisor"
        assert boss.post(address, {"day": TODAY - timedelta(days=1)}).status_code == 200
        assert boss.post(address, {"day": "soon"}).status_code == 200
        assert ListeningDay.objects.count() == 1
        assert signed_in("engineer").post(address, {"day": TODAY}).status_code == 403
        signed_in("supervisor").post(address, {"day": TODAY + timedelta(days=3), "off": "on"})
    assert not ListeningDay.objects.exists()
