"""A page of the admin that was open before does not undo what somebody else has saved since."""

import pytest
from django.urls import reverse

from tests.factories import make_goodwill_limit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def limit():
    return make_goodwill_limit()


@pytest.fixture
def address(limit) -> str:
    return reverse("admin:feedback_goodwilllimit_change", args=[limit.pk])


def typed(page, **changed) -> dict:
    """What a browser sends of a page."""
    seen = page.context["seen_as"]
    assert f'name="seen_as" value="{seen}"' in page.content.decode()
    return {**page.context["adminform"].form.initial, "seen_as": seen, **changed}


def test_of_two_at_one_page_the_second_looks_at_what_the_first_saved(signed_in, limit, address):
    second = make_user("administrator")
    opened = signed_in(second).get(address)
    first = signed_in("administrator")

    assert first.post(address, typed(first.get(address), per_giver=3)).status_code == 302
    shown = signed_in(second).post(address, typed(opened, per_customer=9), follow=True)

    limit.refresh_from_db()
    assert (limit.per_giver, limit.per_customer) == (3, 1)
    assert "как теперь" in shown.content.decode()

    assert signed_in(second).post(address, typed(shown, per_customer=9)).status_code == 302
    limit.refresh_from_db()
    assert (limit.per_giver, limit.per_customer) == (3, 9)


def test_what_is_typed_wrongly_can_be_put_right_and_what_tells_nothing_is_taken(
    signed_in, limit, address
):
    client = signed_in("administrator")
    wrong = client.post(address, typed(client.get(address), per_giver="many"))

    assert wrong.status_code == 200
    assert client.post(address, typed(wrong, per_giver=4)).status_code == 302
    told = {**wrong.context["adminform"].form.initial, "per_giver": 5}
    assert client.post(address, told).status_code == 302
    limit.refresh_from_db()
    assert limit.per_giver == 5
