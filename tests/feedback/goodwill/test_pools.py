"""A pool under fifty hands at once, and set against what was used of it."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from feedback.goodwill import transitions
from feedback.goodwill.given import Given
from feedback.goodwill.models import GiftCode
from feedback.models import Reconciliation
from tests.factories import make_customers, make_gift, make_goodwill_limit, make_user
from tests.feedback.goodwill.test_giving import _at_once, gift_of

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_given_fifty_codes_and_the_next_is_told_that_none_is_left():
    givers = [make_user("dispatcher") for _ in range(50)]
    customers = make_customers([{}] * 51)
    gift = make_gift(codes=50)
    first = gift_of(gift_id=gift.pk, customer_id=customers[0].pk, by=givers[0])

    def giving(by, customer):
        said = {**first, "key": uuid4(), "by": by, "customer_id": customer.pk}
        return lambda: transitions.give(**said)

    outcomes = _at_once(*map(giving, givers, customers))

    assert outcomes == {"done"}
    assert Given.objects.values("code").distinct().count() == 50
    with pytest.raises(transitions.RefusedError):
        giving(givers[0], customers[50])()


def test_what_was_used_is_set_against_what_was_given_and_a_leaked_code_is_given_to_nobody(
    signed_in,
):
    make_goodwill_limit()
    gift, other = make_gift(codes=4), make_gift("другой", codes=1)
    given = [transitions.give(**gift_of(gift_id=gift.pk)) for _ in range(2)]
    leaked = GiftCode.objects.filter(gift=gift, taken=False).earliest("pk").code
    foreign = GiftCode.objects.get(gift=other).code
    client = signed_in(make_user("administrator", language="en"))
    address = reverse("admin:feedback_gift_used", args=[gift.pk])
    content = f"code\n{given[0].code.code}\n{leaked}\n{foreign}\nNOBODYS-1\n".encode()

    def sent(content):
        return client.post(address, {"file": SimpleUploadedFile("used.csv", content)})

    for _ in range(2):  # told again, it counts the same
        assert sent(content).status_code == 302
    refused = sent(b"code\nA B\n")

    rows = Reconciliation.objects.values_list("given", "stray", "unknown")
    assert list(rows) == [(1, 1, 2)] * 2
    assert "no code of 4 to 64" in refused.content.decode()
    page = client.get(address)
    assert page.context_data["codes"] == {
        **{"used_as_given": 1, "not_used": 1, "stray": 1, "free": 1},
    }
    assert leaked not in page.content.decode()
    assert transitions.give(**gift_of(gift_id=gift.pk)).code.code != leaked
    with pytest.raises(transitions.RefusedError):
        transitions.give(**gift_of(gift_id=gift.pk))
    assert not GiftCode.objects.get(gift=other).used
