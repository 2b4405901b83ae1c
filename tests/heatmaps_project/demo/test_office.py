"""What the demo's people have set up."""

import pytest

from heatmaps_project.demo.office import open_office
from spots.models import Ladder, Team
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_the_office_has_one_ladder_and_a_lead_for_each_team_however_often_it_is_opened():
    for _ in range(2):
        open_office(now=NOW)

    assert Ladder.objects.get().rungs.count() == 6
    assert not Team.objects.filter(lead=None).exists()
