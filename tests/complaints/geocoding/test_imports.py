"""The registry is filled from files: quickly, again and again, and bad rows are told."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.geocoding import imports
from complaints.geocoding.imports import AddressRow, RefusedRowError, checked
from complaints.models import Address, Locality, Street

HEADER = "osm_id,city,street,housenumber,postcode,lon,lat\n"
GOOD = "1,Москва,улица Полевая,5 к1,127521,37.6,55.8\n2,Москва,Полевая ул.,7,,37.602,55.802\n"


def row(**changes):
    return AddressRow(
        **{"city": "Москва", "street": "ул. Полевая", "house": "5", "lon": 37.6, "lat": 55.8}
        | changes
    )


@pytest.fixture
def run(tmp_path, db):
    def command(text, name="houses.csv"):
        file, out = tmp_path / name, StringIO()
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        refused = tmp_path / "refused.csv"
        refused.unlink(missing_ok=True)
        call_command("import_addresses", str(file), "--refused", str(refused), stdout=out)
        return out.getvalue(), refused

    return command


def test_houses_are_added_with_their_street_and_town(run):
    said, refused = run(HEADER + GOOD)

    assert said == "2 rows: 2 added, 0 changed, 0 known already, 0 refused\n"
    assert not refused.exists()
    assert [str(row) for row in Address.objects.order_by("house_key")] == [
        "Москва, улица Полевая, 5 к1",
        "Москва, улица Полевая, 7",
    ]
    assert (Locality.objects.count(), Street.objects.count()) == (1, 1)


def test_the_same_file_twice_adds_nothing(run):
    run(HEADER + GOOD)
    before = list(Address.objects.order_by("pk").values())

    said, _ = run(HEADER + GOOD)

    assert said.startswith("2 rows: 0 added, 0 changed, 2 known already")
    assert list(Address.objects.order_by("pk").values()) == before


def test_a_house_that_moved_is_moved_with_the_middle_of_its_street(run):
    run(HEADER + GOOD)

    said, _ = run(HEADER + GOOD.replace("37.6,55.8\n", "37.61,55.81\n"))

    assert said.startswith("2 rows: 0 added, 1 changed, 1 known already")
    assert {round(a.point.x, 3) for a in Address.objects.all()} == {37.61, 37.602}
    assert Street.objects.get().point.x in {37.61, 37.602}


def test_bad_rows_are_written_to_a_file_with_the_reason_and_the_rest_is_taken(run):
    bad = [
        "3,,улица Полевая,9,,37.6,55.8",
        "4,Москва,,9,,37.6,55.8",
        "5,Москва,улица Полевая,,,37.6,55.8",
        "6,Москва,улица Полевая,9,,137,555",
        "7,Москва,улица Полевая,9,,0,0",
        "8,Москва,улица Полевая,9,,nan,55",
        f"9,Москва,{'я' * 500},9,,37.6,55.8",
        "=1+1,Москва,улица Полевая,9",
    ]

    said, refused = run(HEADER + GOOD + "\n".join(bad))

    assert said.startswith("10 rows: 2 added, 0 changed, 0 known already, 8 refused")
    with refused.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["reason"] for row in rows] == [
        "no city",
        "no street",
        "no house number",
        "'555' is not a number of degrees up to 90",
        "lon and lat are 0",
        "'nan' is not a number of degrees up to 180",
        "street has more than 200 characters or a NUL",
        "'' is not a number of degrees up to 180",
    ]
    assert rows[0]["line"] == "4"
    assert rows[-1]["osm_id"] == "'=1+1"  # a spreadsheet must not run it


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("city,street\nМосква,Полевая\n", id="columns are missing"),
        pytest.param(b"\x00\x01\x02", id="not text"),
    ],
)
def test_a_file_that_is_not_one_of_addresses_is_refused(run, text):
    with pytest.raises(CommandError):
        run(text)


def test_a_file_of_a_spreadsheet_is_read(run):
    text = "\ufeffcity;street;house;lon;lat;subscribers\nМосква;Полевая;5;37,6;55,8;42\n"

    said, _ = run(text)

    assert said.startswith("1 rows: 1 added")
    assert Address.objects.get().subscribers == 42


@pytest.mark.django_db
def test_what_a_file_does_not_tell_stays_as_it_was():
    imports.load([row(subscribers=40, postcode="127521")])

    report = imports.load([row()])

    address = Address.objects.get()
    assert (report.added, report.changed) == (0, 0)
    assert (address.subscribers, address.postcode) == (40, "127521")


@pytest.mark.django_db
def test_of_two_rows_for_one_house_the_last_one_counts():
    report = imports.load([row(lon=37.5), row(house="д. 5", street="улица Полевая", lon=37.7)])

    assert (report.taken, report.added, report.unchanged) == (2, 1, 1)
    assert Address.objects.get().point.x == 37.7


@pytest.mark.django_db
def test_a_lane_and_a_street_of_one_name_are_two():
    imports.load([row(), row(street="Полевой переулок"), row(street="пер. Полевая")])

    assert Street.objects.count() == 3


@pytest.mark.django_db
def test_a_million_rows_are_not_asked_for_one_by_one(django_assert_max_num_queries):
    rows = [row(house=str(number)) for number in range(1, 500)]

    with django_assert_max_num_queries(20):
        imports.load(rows)


@pytest.mark.parametrize("subscribers", ["-1", "1.5", "много", "²", "99999999"])
def test_a_number_of_subscribers_is_a_number(subscribers):
    told = {"city": "Москва", "street": "Полевая", "house": "5", "lon": "37", "lat": "55"}

    with pytest.raises(RefusedRowError):
        checked({**told, "subscribers": subscribers})
