"""
Ready questions by theme, in the wording that surveys of operators usually have (pure).

What a survey asks of them is its own: it may be reworded, and its versions keep what was asked.
"""

from dataclasses import dataclass
from typing import Final

from feedback.surveys.questions import Condition, Kind, Question, Relation


@dataclass(frozen=True)
class Theme:
    """A set of questions that go together: numbered from 1, conditions by these numbers."""

    code: str
    name: dict[str, str]
    questions: tuple[Question, ...]


def _question(
    number: int,
    kind: Kind,
    ru: str,
    en: str,
    options: tuple[tuple[str, str], ...] = (),
    only_if: Condition | None = None,
) -> Question:
    said = {"ru": [one[0] for one in options], "en": [one[1] for one in options]}
    return Question(number, kind, {"ru": ru, "en": en}, said if options else {}, only_if)


def _why(number: int, only_if: Condition | None = None) -> Question:
    return _question(number, Kind.TEXT, "Почему вы поставили такую оценку?", "Why?", (), only_if)


_UNHAPPY: Final = Condition(1, Relation.AT_MOST, 3)

THEMES: Final[tuple[Theme, ...]] = (
    Theme(
        "overall",
        {"ru": "компания в целом (верхнеуровневый NPS)", "en": "us as a whole (overall NPS)"},
        (
            _question(
                1,
                Kind.NPS,
                "Насколько вероятно, что вы порекомендуете нашу компанию друзьям или коллегам?",
                "How likely are you to recommend our company to friends or colleagues?",
            ),
            _why(2),
        ),
    ),
    Theme(
        "touch",
        {"ru": "точка контакта (NPS)", "en": "a touch point (NPS)"},
        (
            _question(
                1,
                Kind.NPS,
                "Судя по этому обращению, порекомендуете ли вы нас друзьям или коллегам?",
                "After this contact, how likely are you to recommend us to friends or colleagues?",
            ),
            _why(2),
            _question(3, Kind.YES_NO, "Ваш вопрос решён?", "Was your question solved?"),
        ),
    ),
    Theme(
        "visit",
        {"ru": "визит в салон", "en": "a visit to a shop"},
        (
            _question(
                1,
                Kind.CSAT,
                "Насколько вы довольны обслуживанием в салоне?",
                "How satisfied are you with the service in the shop?",
            ),
            _question(
                2,
                Kind.CSAT,
                "Насколько понятно сотрудник объяснил условия?",
                "How clearly did our colleague explain the terms?",
            ),
            _question(
                3,
                Kind.CHOICE,
                "Сколько вы ждали в очереди?",
                "How long did you wait in the queue?",
                (
                    ("не ждал", "not at all"),
                    ("до 5 минут", "up to 5 minutes"),
                    ("от 5 до 15 минут", "5 to 15 minutes"),
                    ("больше 15 минут", "more than 15 minutes"),
                ),
            ),
            _question(
                4,
                Kind.TEXT,
                "Что нам стоит исправить в первую очередь?",
                "What should we mend first?",
                (),
                _UNHAPPY,
            ),
        ),
    ),
    Theme(
        "prices",
        {"ru": "тарифы и цены", "en": "tariffs and prices"},
        (
            _question(
                1,
                Kind.CSAT,
                "Насколько прозрачны и понятны для вас тарифы и услуги?",
                "How transparent and clear are our tariffs and services to you?",
            ),
            _question(
                2,
                Kind.YES_NO,
                "Были ли списания, которых вы не ожидали?",
                "Were there charges that you did not expect?",
            ),
            _question(
                3,
                Kind.CSAT,
                "Насколько цена соответствует тому, что вы получаете?",
                "How well does the price match what you get?",
            ),
            _question(
                4,
                Kind.TEXT,
                "Что в тарифе вам непонятно?",
                "What about your tariff is unclear?",
                (),
                _UNHAPPY,
            ),
        ),
    ),
    Theme(
        "voice",
        {"ru": "голосовая связь", "en": "calls"},
        (
            _question(
                1,
                Kind.CSAT,
                "Насколько вы довольны качеством голосовой связи?",
                "How satisfied are you with the quality of calls?",
            ),
            _question(
                2,
                Kind.SEVERAL,
                "Что мешает вам разговаривать?",
                "What disturbs your calls?",
                (
                    ("не дозвониться", "calls do not connect"),
                    ("звонок обрывается", "calls drop"),
                    ("плохо слышно", "it is hard to hear"),
                    ("нет сигнала", "there is no signal"),
                ),
                _UNHAPPY,
            ),
            _question(
                3,
                Kind.CHOICE,
                "Где это бывает чаще всего?",
                "Where does it happen most?",
                (
                    ("дома", "at home"),
                    ("на работе", "at work"),
                    ("в дороге", "on the way"),
                    ("в другом месте", "elsewhere"),
                ),
                _UNHAPPY,
            ),
        ),
    ),
    Theme(
        "data",
        {"ru": "мобильный интернет", "en": "mobile internet"},
        (
            _question(
                1,
                Kind.CSAT,
                "Насколько вы довольны мобильным интернетом?",
                "How satisfied are you with mobile internet?",
            ),
            _question(
                2,
                Kind.SEVERAL,
                "Что работает плохо?",
                "What works badly?",
                (
                    ("страницы и приложения", "pages and apps"),
                    ("видео", "video"),
                    ("звонки через интернет", "calls over the internet"),
                    ("интернета нет совсем", "there is no internet at all"),
                ),
                _UNHAPPY,
            ),
            _question(
                3,
                Kind.CHOICE,
                "Когда это бывает чаще всего?",
                "When does it happen most?",
                (
                    ("утром", "in the morning"),
                    ("днём", "during the day"),
                    ("вечером", "in the evening"),
                    ("всегда", "always"),
                ),
                _UNHAPPY,
            ),
        ),
    ),
)
BY_CODE: Final = {theme.code: theme for theme in THEMES}


def after(theme: Theme, last: int) -> list[Question]:
    """Return a theme's questions as they stand after so many others, conditions moved with them."""
    return [
        Question(
            one.number + last,
            one.kind,
            one.words,
            one.options,
            one.only_if
            and Condition(one.only_if.question + last, one.only_if.relation, one.only_if.value),
        )
        for one in theme.questions
    ]
