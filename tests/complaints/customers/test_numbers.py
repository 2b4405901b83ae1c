"""Numbers that are known beforehand: our own, and the public numbering plan."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from complaints.csv_lines import FaultyLinesError, UnreadableFileError
from complaints.customers.numbers.lines import (
    own_numbers_of,
    ranges_of,
    zone_of_subject,
    zones_of_subjects,
)
from complaints.customers.numbers.models import own_among
from complaints.customers.numbers.transitions import replace_ranges, take_own_numbers
from complaints.customers.numbers.zones import zones_of_phones
from complaints.customers.personal import blind_index
from complaints.models import NumberRange, OwnNumber
from tests.factories import make_customer, make_own_number

PLAN = """АВС/ DEF;От;До;Емкость;Оператор;Регион;ИНН
902;5000000;5099999;100000;ООО "Т2 Мобайл";Омская обл.;7743895280
900;0000000;0061999;62000;ООО "Т2 Мобайл";Краснодарский край;7743895280
913;0000000;0099999;100000;ПАО "МТС";р-н Шегарский|Томская область;7740000076
941;0000000;0999999;1000000;ООО "Спутник";Российская Федерация;7700000000
"""


def ranges(text: str):
    known = zones_of_subjects()
    return ranges_of(
        text.encode(), country=7, zone_in=lambda region: zone_of_subject(region, known)
    )


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("г. Москва и Московская область", "Europe/Moscow"),
        ("Томская область", "Asia/Tomsk"),
        ("Омская обл.", "Asia/Omsk"),
        ("Амурская область", "Asia/Yakutsk"),
        ("Ханты-Мансийский - Югра АО", "Asia/Yekaterinburg"),
        ("Ямало-Ненецкий АО", "Asia/Yekaterinburg"),
        ("Ненецкий АО", "Europe/Moscow"),
        ("Республика Саха /Якутия/", "Asia/Yakutsk"),
        ("Сахалинская обл.", "Asia/Sakhalin"),
        ("Курганская обл.", "Asia/Yekaterinburg"),
        ("Курская обл.", "Europe/Moscow"),
        ("р-н Москва|Республика Бурятия", "Asia/Irkutsk"),
        ("Атлантида", ""),
        ("", ""),
    ],
)
def test_a_subject_has_its_zone_however_the_plan_writes_it(region, zone):
    assert zone_of_subject(region, zones_of_subjects()) == zone


def test_the_regulators_file_is_read_as_it_is():
    read = [(one.first, one.last, one.zone) for one in ranges(PLAN)]

    assert read == [
        (79000000000, 79000061999, "Europe/Moscow"),
        (79025000000, 79025099999, "Asia/Omsk"),
        (79130000000, 79130099999, "Asia/Tomsk"),
    ]


def test_whole_numbers_and_zones_are_read_too():
    read = ranges("from,to,zone\n77010000000,77019999999,Asia/Almaty\n")

    assert [(one.first, one.last, one.zone) for one in read] == [
        (77010000000, 77019999999, "Asia/Almaty")
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("900;9;1;Омская обл.", "range"),
        ("900;x;1;Омская обл.", "range"),
        ("900;0;99999999999999;Омская обл.", "range"),
        ("900;0;1;Атлантида", "region"),
        ("900;61999;62000;Омская обл.", "overlaps"),
    ],
)
def test_a_line_that_says_no_range_is_named_and_nothing_is_taken(line, why):
    text = f"code;from;to;region\n900;0000000;0061999;Омская обл.\n{line}\n"

    with pytest.raises(FaultyLinesError) as refused:
        ranges(text)

    assert [(one.line, one.why) for one in refused.value.faults] == [(3, why)]


def test_a_zone_that_there_is_not_is_named():
    with pytest.raises(FaultyLinesError) as refused:
        ranges("from;to;zone\n1;2;Europe/Atlantis\n")

    assert [one.why for one in refused.value.faults] == ["zone"]


@pytest.mark.parametrize("text", ["", "a;b\n", "code;from;to;region\n"])
def test_a_file_without_ranges_is_none(text):
    with pytest.raises((UnreadableFileError, FaultyLinesError)):
        ranges(text or "\n")


@pytest.mark.django_db
def test_a_number_has_the_zone_of_its_range(django_assert_num_queries):
    replace_ranges(ranges(PLAN))
    asked = ["+79000000000", "+79000061999", "+79000062000", "+79025050000", "+79", "+78990000000"]

    with django_assert_num_queries(1):
        found = zones_of_phones(asked)

    assert found == {
        "+79000000000": "Europe/Moscow",
        "+79000061999": "Europe/Moscow",
        "+79025050000": "Asia/Omsk",
    }
    assert zones_of_phones([]) == {}


@pytest.mark.django_db
def test_a_new_plan_takes_the_place_of_the_old_and_ranges_never_overlap():
    replace_ranges(ranges(PLAN))
    replace_ranges(ranges("from;to;zone\n10;20;Asia/Omsk\n"))

    assert list(NumberRange.objects.values_list("first", "last")) == [(10, 20)]
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberRange.objects.create(first=20, last=30, time_zone="Asia/Omsk")


def test_own_numbers_are_read_in_any_spelling():
    read = own_numbers_of(
        b"phone;kind;note\n8 (926) 123-45-67;;A\n+79267654321;TEST;\n", region="RU"
    )

    assert [(one.phone, one.kind, one.note) for one in read] == [
        ("+79261234567", "employee", "A"),
        ("+79267654321", "test", ""),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("test;x", "phone"),
        ("test", "phone"),
        (";+79261234567", "twice"),
        ("boss;+79260000000", "kind"),
    ],
)
def test_what_is_no_number_of_ours_is_named(line, why):
    with pytest.raises(FaultyLinesError) as refused:
        own_numbers_of(f"kind;phone\n;+79261234567\n{line}\n".encode(), region="RU")

    assert [(one.line, one.why) for one in refused.value.faults] == [(3, why)]


@pytest.mark.django_db
def test_own_numbers_taken_again_have_the_newer_kind_and_are_found_among_customers():
    first = own_numbers_of(b"phone;kind\n+79261234567;test\n", region="RU")
    again = own_numbers_of(b"phone;kind\n+79261234567;employee\n", region="RU")
    take_own_numbers(first)
    take_own_numbers(again)
    ours, told, other = (
        make_customer(phone="+79261234567", phone_index=blind_index("+79261234567")),
        make_customer(segment="employee"),
        make_customer(),
    )

    assert [one.kind for one in OwnNumber.objects.all()] == ["employee"]
    assert own_among([ours.pk, told.pk, other.pk]) == {ours.pk, told.pk}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "text", "model"),
    [("ownnumber", "phone\n+79261234567\n", OwnNumber), ("numberrange", PLAN, NumberRange)],
)
def test_an_administrator_takes_in_a_file_and_sees_what_is_wrong_with_one(
    signed_in, table, text, model
):
    client = signed_in("administrator")
    address = reverse(f"admin:complaints_{table}_import")

    def send(content: str):
        file = SimpleUploadedFile("a.csv", content.encode())
        return client.post(address, {"file": file}, follow=True)

    wrong = send(text + "x;y;z;;;;\n")
    assert wrong.status_code == 200
    assert not model.objects.exists()
    assert send(text).redirect_chain
    assert model.objects.exists()
    rows = client.get(reverse(f"admin:complaints_{table}_changelist")).content.decode()
    assert address in rows
    assert "+79261234567" not in rows


@pytest.mark.django_db
def test_a_number_is_typed_in_found_by_itself_and_never_shown_whole(signed_in):
    client = signed_in("administrator")
    add = reverse("admin:complaints_ownnumber_add")
    form = {"number": "8 926 123 45 67", "kind": "test", "note": "lab"}
    make_own_number("+79990000000")

    client.post(add, form)
    again = client.post(add, form)
    row = OwnNumber.objects.get(kind="test")
    page = client.get(reverse("admin:complaints_ownnumber_change", args=[row.pk])).content.decode()
    rows = reverse("admin:complaints_ownnumber_changelist")
    found = client.get(rows, {"q": "+7 926 123-45-67"})

    assert row.phone == "+79261234567"
    assert "number" in again.context["adminform"].form.errors
    assert "79261234567" not in page
    assert [one.pk for one in found.context["cl"].result_list] == [row.pk]
