"""Votes on articles: one of each person and version."""

from datetime import datetime

from heatmaps_project.accounts.models import User
from heatmaps_project.desk.knowledge.models import Article, Vote


def vote(article: Article, *, helped: bool, by: User, now: datetime) -> Vote:
    """Say whether an article, as it is now, helped; the last word of a person counts."""
    said, _made = Vote.objects.update_or_create(
        article=article, version=article.version, by=by, defaults={"helped": helped, "at": now}
    )
    return said
