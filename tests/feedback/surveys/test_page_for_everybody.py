"""The customer's page in a real browser: for those who hear it, on the smallest screen, tapped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Answer
from feedback.surveys.links import links_to
from tests.browser import inaccessible, opened
from tests.factories import make_customer, make_invitation, make_survey

pytestmark = pytest.mark.django_db(transaction=True)

WEIGHT = "performance.getEntries().reduce((sum, one) => sum + (one.decodedBodySize || 0), 0)"
OPTIONS = {"ru": "Звонки\nИнтернет", "en": "Calls\nInternet"}
ANSWERS = ("9", "2", "3", "checkbox", "0", "words")


def test_nothing_keeps_anybody_out_of_any_step_of_the_page(live_server):
    options = {f"options_{language}": words for language, words in OPTIONS.items()}
    survey = make_survey(
        "touch",
        {"kind": "nps"},
        {"kind": "choice", **options},
        {"kind": "csat"},
        {"kind": "several", **options},
        {"kind": "yes_no"},
        {"kind": "text"},
    )
    now = timezone.now()
    invitation = make_invitation(
        survey=survey,
        customer=make_customer(),
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    path = links_to([invitation.pk])[invitation.pk].removeprefix("http://127.0.0.1:8000")
    small = {"viewport": {"width": 320, "height": 480}, "color_scheme": "dark"}
    with opened(live_server, bypass_csp=True, **small) as page:
        page.goto(f"{path}?lang=en&score=9")
        for answer in ANSWERS:
            looked_at(page)
            if answer == "checkbox":
                page.check("[name=chosen][value='1']")
                page.click(".send")
            elif answer == "words":
                page.fill("textarea", "Better than before")
                page.click(".send")
            else:
                page.click(f"button[value='{answer}']:not(.send)")
        looked_at(page)
        page.emulate_media(color_scheme="light")
        looked_at(page)
        page.goto("/r/nonsense/?lang=en")
        looked_at(page)

    assert Answer.objects.count() == 6


def looked_at(page) -> None:
    """Let axe-core look at a page that is drawn, and see that it fits and weighs little."""
    assert inaccessible(page, "best-practice") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    weights = (
        "[...performance.getEntries()].reduce((sum, one) => sum + (one.decodedBodySize || 0), 0)"
    )
    assert page.evaluate(weights) < 50_000
