"""Two systems say something of one spot at the same moment."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from heatmaps_project.models import ServiceProblem
from tests.factories import bearer, make_api_client, make_complaint, make_spot

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/tmf-api/serviceProblemManagement/v4/serviceProblem/{}"


def test_what_two_say_first_of_a_spot_is_both_kept():
    """The second was answered 500, and what it had said was lost."""
    spot, gate = make_spot(complaints=[make_complaint()]), Barrier(2, timeout=60)
    header = bearer(make_api_client("noc"))

    def say(sent):
        client = Client(raise_request_exception=False)
        gate.wait()
        try:
            address = URL.format(spot.pk)
            return client.patch(address, json.dumps(sent), "application/json", headers=header)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(say, ({"comment": [{"text": "a"}]}, {"note": [{"text": "b"}]})))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert {"comment", "note"} <= json.loads(ServiceProblem.objects.get().rest).keys()
