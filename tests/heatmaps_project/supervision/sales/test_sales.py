"""Sales told by a file stand beside what customers say, month by month, down the tree of units."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.amounts import amount
from complaints.csv_lines import FaultyLinesError, UnreadableFileError
from complaints.customers.month_lines import months_of
from heatmaps_project.accounts.units.tree import Node, Tree
from heatmaps_project.models import SalesFigure, Unit
from heatmaps_project.supervision.sales.sales_lines import Sold, in_all, sold_in
from heatmaps_project.supervision.sales.transitions import take_sales
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_customer,
    make_invitation,
    make_region,
    make_team,
    make_user,
)

HEAD = "unit;month;sales;revenue\n"
# 1 Centre (2 North, 3 South), 4 East (5 North)
TREE = Tree.of(
    [
        *(Node(1, None, "Centre"), Node(2, 1, "North"), Node(3, 1, "South")),
        *(Node(4, None, "East"), Node(5, 4, "North")),
    ]
)
MARCH = date(2026, 3, 1)


def test_a_unit_is_called_by_its_name_or_by_its_path_where_two_share_it():
    told = f"{HEAD}South;2026-03;7;1 000,5\nEast / North;2026-03;2;\n".encode("cp1251")

    assert sold_in(told, TREE) == {
        (3, MARCH): Sold(7, Decimal("1000.50")),
        (5, MARCH): Sold(2, None),
    }


def test_every_faulty_line_is_named_and_nothing_of_the_file_is_taken():
    rows = [
        *("North;2026-03;1;", "West;2026-03;1;", "South;2026-13;1;", "South;2026-03;-1;"),
        *("South;2026-03;1.5;", "South;2026-03;1;much", "South;2026-03;1;", "South;2026-03;2;"),
        *("South;2026-04;1;NaN", "South;0026-04;1;1"),
    ]
    with pytest.raises(FaultyLinesError) as refused:
        sold_in((HEAD + "\n".join(rows)).encode(), TREE)

    assert [(fault.line, fault.why) for fault in refused.value.faults] == [
        *((2, "unit"), (3, "unit"), (4, "month"), (5, "sales"), (6, "sales"), (7, "revenue")),
        *((9, "twice"), (10, "revenue"), (11, "month")),
    ]
    with pytest.raises(UnreadableFileError):
        sold_in(b"what;when\n", TREE)


@pytest.mark.parametrize(
    ("told", "everything"),
    [
        ({}, None),
        ({2: Sold(3, None), 3: Sold(4, Decimal(10)), 5: Sold(1, None)}, Sold(8, Decimal(10))),
        ({1: Sold(9, None), 2: Sold(3, None), 5: Sold(1, None)}, Sold(10, None)),
    ],
)
def test_what_is_told_of_a_unit_holds_its_parts_and_else_they_are_added(told, everything):
    assert in_all(TREE, None, told) == everything


@pytest.mark.django_db
def test_sales_stand_beside_what_customers_say_month_by_month_down_the_tree(signed_in):
    centre = Unit.objects.create(name="Centre")
    north, south = (Unit.objects.create(name=name, parent=centre) for name in ("North", "South"))
    team = make_team("north")
    north.teams.add(team)
    for score in [5] * 9 + [1]:
        invitation = make_invitation(team=team, brand=make_brand(), region=make_region())
        make_answer(score, invitation=invitation, at=NOW)
    foreign = make_customer(brand=make_brand("rival"))
    make_answer(1, invitation=make_invitation(customer=foreign, brand=foreign.brand), at=NOW)
    with time_machine.travel(NOW, tick=False):
        admin = signed_in(make_user("administrator", language="en"))
        for sales in (40, 41):  # told again, it is as it was told last
            text = f"{HEAD}North;2026-03;{sales};5000\nSouth;2026-03;2;\nSouth;2026-02;1;\n"
            file = SimpleUploadedFile("sales.csv", text.encode())
            sent = {"brand": make_brand().pk, "file": file}
            assert admin.post(reverse("sales-import"), sent).status_code == 302
        faulty = SimpleUploadedFile("sales.csv", f"{HEAD}West;2026-03;1;\n".encode())
        assert "no unit is called so" in admin.post(
            reverse("sales-import"), {"brand": make_brand().pk, "file": faulty}
        ).content.decode().replace("&nbsp;", " ")
        planner = signed_in(make_user("planner", language="en"))

        def shown(unit):
            page = planner.get(reverse("sales"), {"unit": unit.pk} if unit else {})
            return page.context["months"]

        assert SalesFigure.objects.count() == 3
        for unit in (None, centre):
            assert [month.sold for month in shown(unit)[:3]] == [
                *(Sold(43, Decimal(5000)), Sold(1, None), None),
            ]
        month = shown(north)[0]
        assert (month.csat.answered, round(month.csat.estimate.value)) == (10, 90)
        assert shown(south)[0].csat.answered == 0
        assert planner.get(reverse("sales"), {"unit": 10**9}).status_code == 404
        assert planner.get(reverse("sales-import")).status_code == 403
        file = b"".join(planner.get(reverse("sales"), {"as": "csv"}).streaming_content).decode()
    assert file.splitlines()[1].startswith("2026-03;43;5000")


@pytest.mark.django_db
def test_sales_of_another_brand_are_behind_its_wall_and_added_up_for_who_sees_both(client):
    unit, own, rival = Unit.objects.create(name="North"), make_brand(), make_brand("rival")
    for brand, sales in ((own, 3), (rival, 4)):
        take_sales({(unit.pk, MARCH): Sold(sales, Decimal(10))}, brand=brand)
    reader, all_seeing = make_user("planner"), make_user("planner")
    all_seeing.brands.add(rival)

    def shown(user):
        client.force_login(user, backend="heatmaps_project.accounts.backends.RoleBackend")
        with time_machine.travel(NOW, tick=False):
            return client.get(reverse("sales")).context["months"][0].sold

    assert shown(reader) == Sold(3, Decimal(10))
    assert shown(all_seeing) == Sold(7, Decimal(20))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("540", "540.00"), ("540,004", "540.00"), ("1 250\u00a0000,5", "1250000.50")),
        *(("1\u202f000", "1000.00"), ("-1", None), ("NaN", None), ("", None), ("2000001", None)),
    ],
)
def test_amounts_are_read_alike_in_every_file(text, read):
    def tried(call):
        try:
            return call()
        except (ValueError, FaultyLinesError):
            return None

    wanted = None if read is None else Decimal(read)
    assert tried(lambda: amount(text, most=Decimal(2_000_000))) == wanted
    if text and text != "2000001":
        sold = f"{HEAD}South;2026-03;1;{text}\n".encode()
        month = f"customer;month;arpu;churned\nC-1;2026-03;{text};0\n".encode()
        assert tried(lambda: sold_in(sold, TREE)[3, MARCH].revenue) == wanted
        assert tried(lambda: months_of(month)[0].revenue) == wanted
