"""The builder's form: what cannot be asked is refused, in words, and previewed as a customer's."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin_theme import CheckboxSelectMultiple, Select, TextInput
from feedback.surveys.catalogue import Survey, Trigger
from feedback.surveys.drafts import SurveyQuestion
from feedback.surveys.models import Version
from feedback.surveys.page import shown
from feedback.surveys.questions import MOST, MOST_OPTIONS, Fault, Kind, Question, faults
from feedback.surveys.wording import in_a_text, thanks_in_a_text

PREFIX = "questions"


MOST_DELAY = 90 * 24 * 60  # minutes
UNITS = ((1, gettext_lazy("minutes")), (60, gettext_lazy("hours")), (1440, gettext_lazy("days")))


def _some_of(
    named: Mapping[int, Any], label: Any, help_text: Any
) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        choices=[(number, capfirst(name)) for number, name in named.items()],
        coerce=int,
        required=False,
        label=capfirst(label),
        help_text=help_text,
        widget=CheckboxSelectMultiple,
    )


class SurveyForm(forms.ModelForm[Survey]):
    """A survey's own fields; the admin names them. A delay is typed as "24 days"."""

    delay_count = forms.IntegerField(
        min_value=0,
        initial=0,
        label=capfirst(gettext_lazy("ask after")),
        help_text=gettext_lazy("From the event until we ask; 0: at once."),
        widget=TextInput(attrs={"inputmode": "numeric"}),
    )
    delay_unit = forms.TypedChoiceField(
        choices=UNITS,
        coerce=int,
        initial=1,
        label=capfirst(pgettext_lazy("of time", "unit")),
        widget=Select,
    )
    months = _some_of(
        MONTHS,
        gettext_lazy("months"),
        gettext_lazy("In which a random sample is drawn; none: in all."),
    )
    weekdays = _some_of(
        WEEKDAYS,
        gettext_lazy("days of the week"),
        gettext_lazy("On which a random sample is drawn; none: on all."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minutes = self.instance.delay_minutes
        unit = max(unit for unit, _name in UNITS if not minutes % unit) if minutes else 1440
        self.initial["delay_count"], self.initial["delay_unit"] = minutes // unit, unit

    def clean(self) -> dict[str, Any]:
        """Refuse a trigger without what it needs."""
        cleaned = super().clean() or {}
        trigger = cleaned.get("trigger")
        minutes = cleaned.get("delay_count", 0) * cleaned.get("delay_unit", 1)
        if minutes > MOST_DELAY:
            self.add_error("delay_count", _("Nobody is asked later than after 90 days."))
        self.instance.delay_minutes = min(minutes, MOST_DELAY)
        if trigger == Trigger.FIXED and cleaned.get("sender"):
            self.add_error("sender", _("The message that tells of a fix goes from the usual one."))
        if trigger == Trigger.TOUCH and not cleaned.get("touch_point"):
            self.add_error("touch_point", _("Which touch point is it about?"))
        if trigger == Trigger.SAMPLE and not cleaned.get("per_day"):
            self.add_error("per_day", _("How many customers are asked a day?"))
        return cleaned


class QuestionFormSet(forms.BaseInlineFormSet[SurveyQuestion, Survey, Any]):
    def clean(self) -> None:
        """:raises ValidationError: the questions cannot be asked as they stand"""
        super().clean()
        if any(form.errors for form in self.forms):
            return
        rows = [
            form.instance
            for form in self.forms
            if form.has_changed() or form.instance.pk
            if not form.cleaned_data.get("DELETE")
        ]
        said = in_words(faults_of(rows, of_fixes=self.instance.trigger == Trigger.FIXED))
        if said:
            raise forms.ValidationError(said)


def faults_of(rows: Iterable[SurveyQuestion], *, of_fixes: bool) -> list[tuple[int, str]]:
    """Return what is wrong with questions: the number of each (0: all of them) and the words."""
    if halves := [row.number for row in rows if _half_a_condition(row)]:
        return [
            (number, _("say the question, how it compares, and the value")) for number in halves
        ]
    asked = sorted((row.read() for row in rows), key=lambda one: one.number)
    found = [(number, _words(fault)) for number, fault in faults(asked)]
    if of_fixes and asked and (asked[0].number, asked[0].kind) != (1, Kind.CSAT):
        found.append((1, _("the first question about a fix is 1 to 5: spots reopen by it")))
    return found


def _half_a_condition(row: SurveyQuestion) -> bool:
    filled = (row.if_question is not None, bool(row.if_relation), row.if_value is not None)
    return any(filled) and not all(filled)


def _words(fault: Fault) -> str:
    return {
        Fault.NONE: _("there is no question"),
        Fault.TOO_MANY: _("more than %(most)d questions") % {"most": MOST},
        Fault.NO_WORDS: _("the question has no words"),
        Fault.FEW_OPTIONS: _("2 to %(most)d options, one a line") % {"most": MOST_OPTIONS},
        Fault.UNEVEN_OPTIONS: _("as many options in English as in Russian"),
        Fault.NOT_EARLIER: _("it can depend on an earlier question only"),
        Fault.NO_SUCH_VALUE: _("the earlier question has no such answer"),
    }[fault]


def in_words(found: Iterable[tuple[int, str]]) -> list[str]:
    """Return faults as sentences."""
    return [
        _("Question %(number)d: %(fault)s.") % {"number": number, "fault": fault}
        if number
        else fault[:1].upper() + fault[1:] + "."
        for number, fault in found
    ]


def previewed(posted: QueryDict) -> dict[str, Any]:
    """
    Return what the customer's page shows of a form as it is being filled in; nothing is kept.

    posted  the builder's form, with "step" (the place of a question, from 1) and "language"
    """
    rows = sorted(_rows(posted), key=lambda row: row.number)
    questions = [row.read() for row in rows if not _half_a_condition(row) and _is_complete(row)]
    language = "en" if posted.get("language") == "en" else "ru"
    step = posted.get("step", "")
    place = min(int(step) if step.isdecimal() and len(step) < 3 else 1, len(questions) + 1)
    with translation.override(language):
        context = _page(posted, questions, place, language)
    of_fixes = posted.get("trigger") == Trigger.FIXED
    by_text = "by_text" in posted
    return {
        **context,
        "texts": _texts(posted, questions, language) if by_text else [],
        "step": place,
        "steps": 1 if by_text else len(questions) + 1,
        "faults": in_words(faults_of(rows, of_fixes=of_fixes)),
    }


def _texts(posted: QueryDict, questions: list[Question], language: str) -> list[str]:
    """Return the texts of a survey that is asked question by question, and the thanks."""
    thanks = posted.get(f"thanks_{language}") or posted.get("thanks_ru", "")
    content = {"thanks": {"ru": thanks, language: thanks}}
    texts = [in_a_text(one, language) for one in questions]
    return [*texts, thanks_in_a_text(Version(content=content), language)]


def _page(
    posted: QueryDict, questions: list[Question], place: int, language: str
) -> dict[str, Any]:
    def both(name: str) -> dict[str, str]:
        return {"ru": posted.get(f"{name}_ru", ""), "en": posted.get(f"{name}_en", "")}

    stored = [one.stored() for one in questions]
    content = {"title": both("title"), "thanks": both("thanks"), "questions": stored}
    only = questions[place - 1] if 0 < place <= len(questions) else None
    return {
        **shown(Version(content=content), {}, {}, language=language, only=only),
        "brand": _("Brand"),
        "sent": place > 1,
        "count": len(questions),
        "place": place,
    }


def _rows(posted: QueryDict) -> Iterable[SurveyQuestion]:
    total = posted.get(f"{PREFIX}-TOTAL_FORMS", "0")
    for index in range(min(int(total), 20) if total.isdecimal() else 0):
        fields = _fields(posted, f"{PREFIX}-{index}-")
        if fields.get("kind") in set(Kind) and "DELETE" not in fields:
            yield SurveyQuestion(
                number=_number(fields.get("number")) or index + 1,
                kind=fields["kind"],
                if_question=_number(fields.get("if_question")),
                if_relation=fields.get("if_relation", ""),
                if_value=_number(fields.get("if_value")),
                **{
                    name: fields.get(name, "")
                    for name in ("words_ru", "words_en", "options_ru", "options_en")
                },
            )


def _fields(posted: QueryDict, prefix: str) -> Mapping[str, str]:
    return {
        name.removeprefix(prefix): str(posted[name]) for name in posted if name.startswith(prefix)
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 5 else None


def _is_complete(row: SurveyQuestion) -> bool:
    return bool(row.words_ru or row.words_en)
