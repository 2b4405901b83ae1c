"""The list of customers, and the segments that it is filtered by."""

import pytest

from complaints.customers.models import known_segments
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
LIST = "/admin/complaints/customer/"


def test_each_segment_is_known_once_and_in_order():
    assert known_segments() == []
    for segment in ("vip", "", "mass", "vip", "b2b"):
        make_customer(segment=segment)

    assert known_segments() == ["", "b2b", "mass", "vip"]
    assert known_segments(most=2) == ["", "b2b"]


def test_customers_are_filtered_by_a_segment(signed_in):
    rich, poor = make_customer(segment="vip"), make_customer(segment="mass")

    page = signed_in("supervisor").get(LIST, {"segment": "vip"}).content.decode()

    assert rich.crm_id in page
    assert poor.crm_id not in page
    assert "?segment=mass" in page
