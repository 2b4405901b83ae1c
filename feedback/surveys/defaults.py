"""The survey that Heatmaps comes with: everybody who is told of a fix can rate it."""

from typing import Any

from feedback.surveys.catalogue import QuestionKind, Trigger

NAME = "Оценка исправления · Rating of a fix"
SURVEY: dict[str, Any] = {
    "active": True,
    "trigger": Trigger.FIXED,
    "quarantine_days": 0,  # it is part of a message that they get anyhow
    "title_ru": "Стало лучше?",
    "title_en": "Is it better now?",
    "thanks_ru": "Спасибо! Мы читаем каждое слово.",
    "thanks_en": "Thank you! We read every word.",
}
QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "number": 1,
        "kind": QuestionKind.CSAT,
        "words_ru": "Поставьте оценку: этого достаточно",
        "words_en": "Tap a score: that is all",
    },
    {
        "number": 2,
        "kind": QuestionKind.TEXT,
        "words_ru": "Что вы хотите нам сказать?",
        "words_en": "Anything you would like to tell us?",
    },
)
