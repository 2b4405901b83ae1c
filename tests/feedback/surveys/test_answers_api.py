"""Machines read every answer to every survey."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import Invitation
from tests.factories import (
    NOW,
    bearer,
    make_answer,
    make_api_client,
    make_brand,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_region,
    make_survey,
    make_touch,
    make_user,
)

pytestmark = pytest.mark.django_db
ANSWERS = reverse("api-answers")


def listed(client, *, by=None, **query):
    return client.get(ANSWERS, query, headers=bearer(by or make_api_client())).json()["results"]


def after_a_visit(score: int = 9, comment: str = "", **fields):
    survey = make_survey("touch", {"kind": "nps"}, {"kind": "text"})
    touch = make_touch(customer=make_customer())
    of = {"touch": touch, "touch_point": "visit", **fields}
    invitation = make_invitation(survey=survey, customer=touch.customer, **of)
    Invitation.objects.filter(pk=invitation.pk).update(case=None, event=None, region=None)
    return make_answer(score, comment, invitation=invitation)


def test_an_answer_says_to_which_question_of_what_it_was_given(client):
    agent = make_user("agent")
    answer = after_a_visit(3, "Звоните +7 916 123-45-12", agent=agent)

    words, score = listed(client)  # in the order they were given

    assert (score["score"], score["question"], score["kind"]) == (3, 1, "nps")
    assert score["touch"] == answer.invitation.touch.reference
    assert (score["touch_point"], score["spot"], score["region"]) == ("visit", None, None)
    assert (score["customer"], score["agent"]) == (
        answer.invitation.customer.crm_id,
        agent.username,
    )
    assert score["answered_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert words["comment"].startswith("Звоните")
    assert "123" not in words["comment"]


@pytest.mark.parametrize("api", ["answers", "feedback"])
@pytest.mark.parametrize("made_up", [f"tel:{'ab' * 32}", f"mail:{'ab' * 32}"])
def test_an_id_that_is_made_of_a_contact_is_told_to_nobody(client, api, made_up):
    make_answer(5, invitation=make_invitation(customer=make_customer(crm_id=made_up)))

    rows = client.get(f"/api/v1/{api}/", headers=bearer(make_api_client("crm"))).json()["results"]

    assert [row["customer"] for row in rows] == [""]


def test_options_are_told_in_words(client):
    survey = make_survey("touch", {"kind": "several", "options_ru": "Звонки\nИнтернет"})
    invitation = make_invitation(survey=survey, customer=make_customer())
    make_answer(None, invitation=invitation, chosen=[2])

    assert listed(client)[0]["chosen"] == ["Интернет"]


def test_the_list_is_narrowed_and_stays_behind_the_walls(client):
    after_a_visit()
    make_answer(5)
    rival = make_fixed_spot(make_customer(), brand=make_brand("rival"))
    make_answer(1, invitation=make_invitation(case=rival, customer=make_customer()))

    reader = make_api_client(everywhere=False)
    reader.brands.add(make_brand(), make_brand("rival"))
    reader.regions.add(make_region())

    assert {row["brand"] for row in listed(client, by=reader, brand="rival")} == {"rival"}
    assert len(listed(client, by=reader, touch_point="visit")) == 1
    reader.brands.remove(make_brand("rival"))
    assert {row["brand"] for row in listed(client, by=reader)} == {"demo"}


def test_the_queries_do_not_grow_with_answers(client):
    header, counts = bearer(make_api_client()), []

    for _ in range(2):
        after_a_visit()
        with CaptureQueriesContext(connection) as queries:
            client.get(ANSWERS, headers=header)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 15
