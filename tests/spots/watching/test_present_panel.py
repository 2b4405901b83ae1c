"""Expected here, on the page of a spot: how many complain, and how many would be usual."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from spots.models import Sighting
from spots.watching.panels import expected_here, present_in_words
from tests.factories import NOW, make_complaint, make_spot, make_user, make_watch

pytestmark = pytest.mark.django_db

PRESENT = {"hours": 3, "customers": 17, "expected": 0.4}
STRONGEST = {"customers": 31, "hours": 5.5, "expected": 1.2, "score": 14.0}


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def make_seen_spot(*, present=None, present_at=NOW, **fields):
    """A spot that detection counts at."""
    row = {"evidence": STRONGEST, **fields}
    case = make_spot(**row)
    counted = PRESENT if present is None else present
    Sighting.objects.create(
        watch=make_watch(), number=case.pk, case=case, present=counted, present_at=present_at
    )
    return case


def panel_of(rf, case) -> str | None:
    request = rf.get("/")
    request.user = make_user()
    made = expected_here(request, case)
    return made and " ".join(render_to_string(*made, request=request).split())


def test_it_says_how_many_complain_now_how_many_are_usual_and_when_that_was(rf):
    text = panel_of(rf, make_seen_spot())

    assert "17 customers in 3 h where 0.4 are usual" in text
    assert "As of 25 March" in text


def test_it_says_how_many_may_be_of_anybody(rf):
    case = make_seen_spot(complaints=[make_complaint(proven=one > 0) for one in range(3)])

    assert "Besides, 1 complaint of the spot is from a form" in panel_of(rf, case)


def test_it_says_what_it_was_like_at_its_strongest(rf):
    text = panel_of(rf, make_seen_spot())

    assert "When it was at its strongest" in text
    assert "31 customers in 5.5 h, where 1.2 would be usual" in text


def test_all_lines_are_drawn_on_one_scale(rf):
    text = panel_of(rf, make_seen_spot())

    widths = [f'width="{percent}" height="10"' for percent in (55, 1, 100, 4)]
    assert [text.index(width) for width in widths] == sorted(text.index(width) for width in widths)


def test_a_quiet_spot_says_since_when(rf):
    text = panel_of(rf, make_seen_spot(quiet_since=NOW - timedelta(hours=9)))

    assert "Quiet since 25 March, " in text


def test_where_nobody_complains_any_more_it_says_nobody(rf):
    text = panel_of(rf, make_seen_spot(present={**PRESENT, "customers": 0}))

    assert "0 customers in 3 h where 0.4 are usual" in text


def test_a_spot_that_detection_does_not_know_has_no_such_panel(rf):
    assert panel_of(rf, make_spot(evidence=STRONGEST)) is None


def test_before_the_first_count_only_the_strongest_is_told(rf):
    text = panel_of(rf, make_seen_spot(present={}, present_at=None))

    assert "As of" not in text
    assert "When it was at its strongest" in text


def test_where_nothing_was_counted_at_all_there_is_no_panel(rf):
    assert panel_of(rf, make_seen_spot(present={}, present_at=None, evidence={})) is None


@pytest.mark.parametrize(
    "counted", [{}, {"hours": 3}, {**PRESENT, "hours": None}, {**PRESENT, "expected": "?"}]
)
def test_what_is_counted_by_halves_is_not_told(counted):
    assert present_in_words(counted) == ""


@pytest.mark.parametrize(
    ("customers", "words"), [(1, "1 customer in 3 h"), (17, "17 customers"), (1234, "1,234 cust")]
)
def test_customers_are_counted_in_the_readers_words(customers, words):
    with translation.override("en"):
        assert words in present_in_words({**PRESENT, "customers": customers})


def test_numbers_are_written_as_the_reader_writes_them():
    with translation.override("ru"):
        assert "0,4" in present_in_words(PRESENT)


def test_the_page_shows_it_once_and_does_not_tell_the_strongest_twice(signed_in):
    case = make_seen_spot()

    text = signed_in().get(reverse("admin:spots_spot_change", args=[case.pk])).content.decode()

    assert text.count('id="expected"') == 1
    assert text.count("31 customers in 5.5 h, where 1.2 would be usual") == 1


def test_without_it_the_page_says_under_urgency_why_it_is_a_spot(signed_in):
    case = make_spot(evidence=STRONGEST)

    text = signed_in().get(reverse("admin:spots_spot_change", args=[case.pk])).content.decode()

    assert 'id="expected"' not in text
    assert text.count("31 customers in 5.5 h, where 1.2 would be usual") == 1
