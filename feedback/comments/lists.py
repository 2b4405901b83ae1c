"""The word lists as people have edited them, and what was learnt and is in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.comments.by_words import Sorted
from feedback.comments.classifier import Model, UnreadableModelError, loaded
from feedback.comments.deciding import Words, decided
from feedback.comments.labels import Alarm, Topic
from feedback.comments.models import LearntSorting, SortingWord


def word_lists() -> Words:
    """Return the stems of each topic and of each alarm; one query."""
    stems: dict[str, list[str]] = {}
    for label, stem in SortingWord.objects.order_by("pk").values_list("label", "stem"):
        stems.setdefault(label, []).append(stem)
    return Words(
        topics={str(label): stems.get(label, []) for label in Topic},
        alarms={str(label): stems.get(label, []) for label in Alarm},
    )


@dataclass(frozen=True)
class Sorter:
    """What sorts comments now: the word lists and, if there is one, a version that was learnt."""

    words: Words
    version: LearntSorting | None = None
    model: Model | None = None

    def sort(self, texts: Sequence[str]) -> list[Sorted]:
        if self.model is None or self.version is None:
            return [self.words.sort(text) for text in texts]
        used = self.version.used
        found = zip(texts, self.model.likely(texts), strict=True)
        return [decided(text, self.words, used=used, likely=likely) for text, likely in found]


def sorter_in_force() -> Sorter:
    """Return what sorts comments now; a version that cannot be read counts as none."""
    words, version = word_lists(), LearntSorting.objects.in_force()
    if version is None or version.content is None:
        return Sorter(words)
    try:
        return Sorter(words, version, loaded(bytes(version.content)))
    except UnreadableModelError:
        return Sorter(words)
