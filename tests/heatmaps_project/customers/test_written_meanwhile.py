"""A customer is erased while a complaint of theirs is written down: they are not known anew."""

from contextlib import suppress

import pytest

from complaints.customers.walls import NO_WALLS
from complaints.models import Complaint, Customer
from heatmaps_project.desk.acting import NotDoneError, Said, act
from heatmaps_project.desk.asking import Asker
from heatmaps_project.desk.models import Origin, Outcome
from heatmaps_project.desk.own.telling_me import own, tell_me
from tests.factories import (
    NOW,
    make_complaint,
    make_customer,
    make_lookup,
    make_region,
    make_spot,
    make_topic,
    make_user,
)
from tests.heatmaps_project.customers.test_erased_meanwhile import forget, meet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("by", ["an agent", "themselves"])
def test_their_home_is_not_written_down_under_their_id_again(by):
    make_region()
    customer = make_customer(crm_id="C-1", phone="+79261234512")
    make_spot(complaints=[make_complaint()])
    make_complaint(customer=customer, address="Мытищи, ул. Полевая, 5")
    lookup, page = make_lookup(customer=customer, brand=customer.brand), own(customer, now=NOW)
    said = Said(brand=customer.brand.code, topic=make_topic().code, channel="call")
    asker = Asker(Origin.PAGE, NO_WALLS, user=make_user("dispatcher"))
    there = Complaint.objects.count()
    assert page.told is False

    def writes() -> None:
        if by == "themselves":
            tell_me(page, now=NOW)
            return
        with suppress(NotDoneError):
            act(lookup, Outcome.PASSED_ON, said, asker=asker, now=NOW)

    meet(lambda: forget(customer), writes)

    assert not Customer.objects.filter(crm_id="C-1").exists()
    assert Complaint.objects.count() == there
