"""Knowledge beside the lookup: found by cause, by words in any form, and with typing errors."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from complaints.customers.walls import NO_WALLS, Walls
from heatmaps_project.desk.knowledge.rendering import as_html
from heatmaps_project.desk.knowledge.search import about, search
from heatmaps_project.models import Article, Vote
from tests.factories import (
    NOW,
    make_article,
    make_brand,
    make_cause,
    make_spot,
    make_topic,
    make_user,
)
from tests.heatmaps_project.desk.places import make_addresses

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def agent(signed_in) -> Client:
    make_addresses()
    with time_machine.travel(NOW, tick=False):
        yield signed_in(make_user("agent", language="en"))


def titles(found: list[Article]) -> list[str]:
    return [one.title_en for one in found]


@pytest.fixture
def _two():
    make_article(
        title_en="Slow internet in the evening",
        title_ru="Медленный интернет вечером",
        body_ru="Вышка перегружена. Попробуйте **переключить** телефон на 3G.",
        body_en="The site is overloaded. Try switching the phone to 3G.",
    )
    make_article(
        title_en="No power",
        title_ru="Нет питания",
        body_ru="Электричество отключили, бригада в пути.",
        body_en="The electricity was cut, a crew is on its way.",
    )


@pytest.mark.usefixtures("_two")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("медленного интернета", "Slow internet in the evening"),
        ("перегрузка вышек", "Slow internet in the evening"),
        ("вышки перегружены", "Slow internet in the evening"),
        ("switched phones", "Slow internet in the evening"),
        ("электричества", "No power"),
        ("интренет", "Slow internet in the evening"),
        ("медленый", "Slow internet in the evening"),
        ("electrisity", "No power"),
        ("роуминг", None),
        ("", None),
        ("тариф", None),
    ],
)
def test_articles_are_found_in_any_form_of_their_words_and_with_errors(words, expected):
    found = titles(search(words, walls=NO_WALLS, on=TODAY))

    assert found[:1] == ([expected] if expected else [])


def test_an_article_is_found_by_the_cause_first_and_then_by_the_topic():
    make_article(title_en="of the topic", topic=make_topic())
    make_article(title_en="of the cause", cause=make_cause())
    make_article(title_en="of neither")

    found = about(cause_id=make_cause().pk, topic_id=make_topic().pk, walls=NO_WALLS, on=TODAY)

    assert titles(found) == ["of the cause", "of the topic"]
    assert about(cause_id=None, topic_id=None, walls=NO_WALLS, on=TODAY) == []


def test_what_is_not_valid_or_of_another_brand_is_not_found():
    make_article(title_en="too early", valid_from=TODAY + timedelta(days=1))
    make_article(title_en="too late", valid_until=TODAY - timedelta(days=1))
    make_article(title_en="rival", brand=make_brand("rival"))
    make_article(title_en="today", valid_until=TODAY)
    walls = Walls(brands=frozenset({make_brand().pk}), regions=None)

    assert titles(search("text", walls=walls, on=TODAY)) == ["today"]


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "<a"),
        ("![x](https://example.org/x.png)", "<img"),
        ('<img src=x onerror="alert(1)">', "<img"),
        ("[x](data:text/html;base64,AAAA)", "<a"),
        ("[x](search-ms:query=a&crumb=location:%5C%5Cevil.example%5Cs)", "<a"),
        ("<ms-word:ofe|u|https://evil.example/a.docx>", "<a"),
        ("[x][1]\n\n[1]: MS-MSDT:/id", "<a"),
    ],
)
def test_an_article_shows_no_html_of_its_own(text, never):
    assert never not in as_html(text)


HOSTS = ("video.example.org",)


@pytest.mark.parametrize(
    ("address", "is_shown"),
    [
        ("https://video.example.org/router.mp4", True),
        ("https://video.example.org/2026/router.WEBM?v=2", True),
        ("http://video.example.org/router.mp4", False),
        ("https://video.example.org.evil.example/router.mp4", False),
        ("https://video.example.org@evil.example/router.mp4", False),
        ("https://video.example.org:8443/router.mp4", False),
        ("https://video.example.org/router.html", False),
        ("//video.example.org/router.mp4", False),
        ("https://[evil/router.mp4", False),
    ],
)
def test_a_film_is_shown_of_the_hosts_that_are_trusted_and_of_no_others(address, is_shown):
    html = as_html(f'![Router "A" <b>]({address})', hosts=HOSTS)

    assert ("<video" in html) == is_shown
    assert "<b>" not in html
    assert "Router" in html


def test_a_film_of_another_host_is_refused_where_an_article_is_written(signed_in, settings):
    settings.VIDEO_HOSTS = [*HOSTS]
    article = make_article()
    browser = signed_in(make_user("administrator", language="en"))
    address = f"/admin/heatmaps_project/article/{article.pk}/change/"
    row = {name: getattr(article, name) for name in ("title_ru", "title_en", "body_ru")}
    row["valid_from"] = "2026-01-01"

    def written(film):
        return browser.post(address, {**row, "body_en": f"![How]({film})"}, follow=True)

    refused = written("https://evil.example/how.mp4").content.decode()
    assert "are shown of: video.example.org" in refused
    written("https://video.example.org/how.mp4")
    article.refresh_from_db()
    assert "video.example.org" in article.body_en


def test_markdown_is_shown():
    assert "<strong>now</strong>" in as_html("**now**")
    for address in ("https://example.org", "mailto:help@example.org", "/lookup/"):
        assert f'rel="noreferrer" target="_blank" href="{address}"' in as_html(f"[x]({address})")


def test_the_lookup_shows_what_is_known_of_the_spots_cause(agent):
    make_spot(state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3))
    make_article(title_en="No power", body_en="A crew is **on its way**.", cause=make_cause())

    page = agent.post("/lookup/", {"asked": "Рязань, Полевая 5"}).content.decode()

    assert "<strong>on its way</strong>" in page


def test_words_are_looked_for_beside_the_lookup(agent):
    make_article(title_en="Slow internet")

    assert "Slow internet" in agent.post("/lookup/articles/", {"words": "slow"}).content.decode()
    empty = agent.post("/lookup/articles/", {"words": "qqqq"}).content.decode()
    assert "Nothing is written" in empty


def test_a_person_votes_once_per_version_and_may_change_their_mind(agent):
    article = make_article()
    url = f"/lookup/articles/{article.pk}/vote/"

    for helped in ("1", "0", "0"):
        assert agent.post(url, {"helped": helped}).status_code == 200
    assert [vote.helped for vote in Vote.objects.all()] == [False]

    article.version = 2
    article.save()
    agent.post(url, {"helped": "1"})
    assert [(vote.version, vote.helped) for vote in Vote.objects.order_by("version")] == [
        (1, False),
        (2, True),
    ]


def test_nobody_votes_on_what_they_cannot_read(agent):
    article = make_article(brand=make_brand("rival"))

    assert agent.post(f"/lookup/articles/{article.pk}/vote/", {"helped": "1"}).status_code == 404
    assert agent.post("/lookup/articles/0/vote/", {"helped": "1"}).status_code == 404


def test_a_changed_text_is_a_new_version_with_its_history(signed_in):
    article = make_article()
    browser = signed_in("administrator")
    address = f"/admin/heatmaps_project/article/{article.pk}/change/"
    row = {
        "title_ru": article.title_ru,
        "title_en": article.title_en,
        "body_ru": "новый текст",
        "body_en": article.body_en,
        "valid_from": "2026-01-01",
    }

    assert browser.post(address, row).status_code == 302

    article.refresh_from_db()
    assert article.version == 2
    assert article.history.count() == 2
    row["valid_until"] = "2027-01-01"
    browser.post(address, row)
    article.refresh_from_db()
    assert article.version == 2


def test_an_owner_finds_what_to_look_at_again_today(signed_in):
    boss = make_user("supervisor", last_name="Boss", language="en")
    today = timezone.localdate()
    told = {"review_on": today, "owner": boss}
    due = make_article(title_en="Due", **told)
    make_article(title_en="Another's", review_on=today)
    make_article(title_en="Later", **{**told, "review_on": today + timedelta(days=1)})
    make_article(title_en="Ended", **told, valid_until=today - timedelta(days=1))
    make_article(title_en="Never")
    browser = signed_in(boss)

    def listed(review):
        page = browser.get("/admin/heatmaps_project/article/", {"review": review})
        return {row.title_en for row in page.context["cl"].result_list}

    assert listed("own") == {"Due"}
    assert listed("due") == {"Due", "Another's"}
    address = f"/admin/heatmaps_project/article/{due.pk}/change/"
    row = {name: getattr(due, name) for name in ("title_ru", "title_en", "body_ru", "body_en")}
    row |= {"valid_from": "2026-01-01", "owner": boss.pk, "review_on": today + timedelta(days=90)}
    assert browser.post(address, row).status_code == 302
    due.refresh_from_db()
    assert (due.review_on, due.version) == (today + timedelta(days=90), 1)
    assert listed("own") == set()


def test_what_is_for_every_brand_is_written_by_whoever_sees_every_brand(signed_in):
    """Else a supervisor of one says what agents of all read out, or hides it from the others."""
    rival, boss = make_brand("rival"), make_user("supervisor")
    own = boss.brands.get()
    for_all, mine = make_article(brand=None), make_article(brand=own)
    client = signed_in(boss)
    list_of = "/admin/heatmaps_project/article/"

    def saved(address: str, brand: object) -> int:
        row = {"title_ru": "x", "title_en": "x", "body_ru": "x", "body_en": "x"}
        return client.post(address, {**row, "valid_from": "2026-01-01", "brand": brand}).status_code

    assert saved(f"{list_of}{for_all.pk}/change/", own.pk) == 403
    assert saved(f"{list_of}{mine.pk}/change/", "") == saved(f"{list_of}add/", "") == 200
    assert client.get(f"{list_of}{for_all.pk}/change/").status_code == 200
    assert saved(f"{list_of}{mine.pk}/change/", own.pk) == 302
    assert [one.brand for one in Article.objects.order_by("pk")] == [None, own]

    boss.brands.add(rival)
    assert saved(f"{list_of}{for_all.pk}/change/", "") == 302
