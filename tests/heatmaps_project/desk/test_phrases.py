"""What agents say in a brand's own words: for whom, in which case, and how it is written."""

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from complaints.customers.walls import Walls
from heatmaps_project.desk.answers import Place, answer_at
from heatmaps_project.models import Phrase
from tests.factories import CENTRE, NOW, make_brand, make_spot

pytestmark = pytest.mark.django_db

PLACE = Place(Point(*CENTRE, srid=4326), "home", "house")


def say(part: str = "working", text: str = "Чиним.", **fields) -> Phrase:
    texts = {"text_ru": text, "text_en": "Being fixed."}
    return Phrase.objects.create(brand=make_brand(), part=part, **texts, **fields)


def told(brand: str | None, *, own: bool = False) -> str:
    brands = frozenset({make_brand(brand).pk}) if brand else None
    answer = answer_at(PLACE, walls=Walls(brands=brands, regions=None), own=own, now=NOW)
    return answer.sentences["ru"]


def test_a_spot_is_told_of_in_its_brands_words_whoever_reads():
    make_spot(state="routed")
    say()

    assert told(None).startswith("Чиним.")
    assert not told(None, own=True).startswith("Чиним.")


def test_where_nothing_is_known_the_only_brand_that_is_read_speaks():
    say("nothing", "У нас всё хорошо.")
    say("nothing", "Сбоев нет.", own=True)

    assert told(make_brand().code) == "У нас всё хорошо."
    assert told(make_brand().code, own=True) == "Сбоев нет."
    assert "У нас" not in told("other") + told(None)


def test_a_text_is_written_with_a_history_and_shown_in_every_situation(signed_in):
    admin, add = signed_in("administrator"), reverse("admin:heatmaps_project_phrase_add")
    given = {"brand": make_brand().pk, "part": "term", "text_ru": "Через {wait}"}

    refused = admin.post(add, {**given, "text_en": "{ago}"})
    stored = admin.post(add, {**given, "text_en": "In {wait}"})

    assert refused.context_data["adminform"].errors.keys() == {"text_en"}
    assert stored.status_code == 302
    phrase = Phrase.objects.get()
    assert phrase.history.count() == 1
    page = admin.get(reverse("admin:heatmaps_project_phrase_change", args=[phrase.pk]))
    assert page.content.decode().count("In 3 hours") >= 4  # worked on, outage, near, with a cause
