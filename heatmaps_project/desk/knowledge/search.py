"""Articles found: those about a cause or topic, and those that words are looked for in."""

from datetime import date

from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    TrigramWordSimilarity,
)
from django.db.models import F, FloatField, Q, TextField, Value
from django.db.models.functions import Concat, Greatest, Least, Lower

from complaints.customers.walls import Walls
from heatmaps_project.desk.knowledge.models import ENGLISH, RUSSIAN, Article, ArticleQuerySet

MOST = 5
MOST_WORDS = 6  # of a question that errors are looked for in
ALIKE = 0.35  # of a word with an error to the one that is meant, 0 … 1
_WORDS = Lower(
    Concat(
        *("title_ru", Value(" "), "title_en", Value(" "), "body_ru", Value(" "), "body_en"),
        output_field=TextField(),
    )
)


def about(*, cause_id: int | None, topic_id: int | None, walls: Walls, on: date) -> list[Article]:
    """Return the articles about a cause or a topic that are valid, those of the cause first."""
    asked = Q()
    if cause_id is not None:
        asked |= Q(cause=cause_id)
    if topic_id is not None:
        asked |= Q(cause=None, topic=topic_id)
    if not asked:
        return []
    found = _readable(walls, on).filter(asked)
    return list(found.order_by(F("cause").asc(nulls_last=True), "pk")[:MOST])


def search(text: str, *, walls: Walls, on: date) -> list[Article]:
    """
    Return the articles that words are found in, in any of their forms, the likeliest first.

    Words may have typing errors: then those that are written nearly so are found.
    """
    words = [word.lower() for word in text.split()][:MOST_WORDS]
    if not words:
        return []
    asked = [SearchQuery(text, config=name, search_type="websearch") for name in _CONFIGS]
    rows = _readable(walls, on).annotate(
        ru=RUSSIAN, en=ENGLISH, rank=Greatest(*map(SearchRank, (RUSSIAN, ENGLISH), asked))
    )
    alike = [TrigramWordSimilarity(word, _WORDS) for word in words]
    least = Least(*alike) if len(alike) > 1 else alike[0]
    rows = rows.annotate(alike=least)
    found = rows.filter(Q(ru=asked[0]) | Q(en=asked[1]) | Q(alike__gte=ALIKE))
    score = F("rank") * Value(2.0, output_field=FloatField()) + F("alike")
    return list(found.order_by(score.desc(), "pk")[:MOST])


_CONFIGS = ("russian", "english")


def _readable(walls: Walls, on: date) -> ArticleQuerySet:
    return Article.objects.within(walls).valid(on)
