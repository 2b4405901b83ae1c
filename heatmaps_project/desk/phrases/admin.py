"""What agents say, as supervisors and administrators write it, and how it reads then."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Textarea, display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from heatmaps_project.desk.models import Situation
from heatmaps_project.desk.phrases.models import Phrase, PhraseQuerySet, words_of
from heatmaps_project.desk.sentences import BLANKS, examples, sentence, wrong_blanks

_TEXTS = ("text_ru", "text_en")


class PhraseForm(forms.ModelForm[Phrase]):
    """A text may be filled in only where there is something to fill in."""

    class Meta:
        model = Phrase
        fields = ("brand", "part", "own", *_TEXTS)
        widgets = {name: Textarea(attrs={"rows": 3}) for name in _TEXTS}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        part = given.get("part", "")
        for name in _TEXTS:
            if wrong := wrong_blanks(part, given.get(name, "")):
                allowed = f"{{{BLANKS[part]}}}" if part in BLANKS else "—"
                words = _("%(wrong)s cannot be filled in here; what can: %(allowed)s.")
                said = words % {"wrong": ", ".join(wrong), "allowed": allowed}
                self.add_error(name, ValidationError(said))
        return given


class PhraseAdmin(OwnBrandsAdmin):
    form = PhraseForm
    list_display = ("part", "brand", "own", "text_ru", "text_en")
    list_filter = ("brand", "own", "part")
    list_select_related = ("brand",)
    search_fields = _TEXTS
    ordering = ("brand", "own", "part", "pk")
    readonly_fields = ("how", "shown")
    fields = ("brand", "part", "own", *_TEXTS, "how", "shown")

    class Media:
        css = {"all": ("desk/phrases.css",)}

    def get_queryset(self, request: HttpRequest) -> PhraseQuerySet:
        return cast(PhraseQuerySet, super().get_queryset(request)).within(walls_of(request))

    @display(description=gettext_lazy("what is filled in"))
    def how(self, phrase: Phrase) -> str:
        return _(
            "{wait}: how long still, in the term, the end of works and works announced; {ago}: how"
            " long ago, in fixed lately; {cause}: the cause in the customer's words."
            " What a brand does not say in its own words is said as built in."
        )

    @display(description=gettext_lazy("every situation, as saved"))
    def shown(self, phrase: Phrase) -> SafeString | str:
        if not phrase.pk:
            return _("after it is saved")
        rows = format_html_join("", "<tr><th>{}</th><td>{}</td><td>{}</td></tr>", _said(phrase))
        return format_html('<table class="phrases">{}</table>', rows)


def _said(phrase: Phrase) -> Iterator[tuple[str, str, str]]:
    """Yield each situation and what is said of it in Russian and in English."""
    now, own = timezone.now(), phrase.own
    words = words_of(phrase.brand_id, own=own)
    for one in examples(now):
        ru = sentence(one, language="ru", now=now, own=own, words=words["ru"])
        en = sentence(one, language="en", now=now, own=own, words=words["en"])
        yield str(Situation(one.kind.value).label), ru, en
