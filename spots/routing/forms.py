"""Teams, shifts, skills and absences as people edit them."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import CheckboxSelectMultiple, Select
from complaints.customers.reader import name_of
from complaints.customers.walls import Walls
from spots.network.models import Technology
from spots.routing.models import Absence, Duty, Team


class TeamForm(forms.ModelForm[Team]):
    class Meta:
        model = Team
        fields = ("name", "code", "members", "lead", "strategy", "catch_all", "archived")
        help_texts = {
            "lead": gettext_lazy(
                "Is told when a promise of the team's is at risk, as the escalation ladder says."
            ),
            "strategy": gettext_lazy(
                "Left to be taken: the case is the team's until somebody accepts it. To the least"
                " loaded: of those on duty who know the topic and technology, the one with the"
                " fewest cases in work; it is left where nobody is on duty."
            ),
            "catch_all": gettext_lazy(
                "One team takes what no rule matches. Choosing this one takes it from the other."
            ),
            "archived": gettext_lazy(
                "Nothing comes to it any more; what it did stays. Rules that name it are"
                " switched off."
            ),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("archived") and given.get("catch_all"):
            self.add_error("archived", _("What no rule matches has to go to another team first."))
        elif "catch_all" in self.initial and self.initial["catch_all"] and not given["catch_all"]:
            self.add_error("catch_all", _("Choose another team for it: then this one is free."))
        return given


class PersonField(forms.ModelChoiceField[Any]):
    """One of the people whom the form's reader may see, by their full name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=get_user_model().objects.none(), widget=Select, **options)

    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class DutyForm(forms.ModelForm[Duty]):
    walls: Walls  # of the reader
    user = PersonField(label=gettext_lazy("Who"))
    technologies = forms.MultipleChoiceField(
        label=gettext_lazy("Technologies"),
        choices=Technology.choices,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=gettext_lazy("That they know; none chosen: all."),
    )

    class Meta:
        model = Duty
        fields = ("user", "working_time", "technologies", "topics", "complex_cases")
        widgets = {"topics": CheckboxSelectMultiple}
        help_texts = {
            "working_time": gettext_lazy(
                "A working calendar, which has its own time zone. Night shifts are written as"
                " two spans: 20:00-24:00, and 00:00-08:00 of the next day. Empty: always."
            ),
            "topics": gettext_lazy("That they know; none chosen: all."),
            "complex_cases": gettext_lazy(
                "Otherwise they are given a complex case only where nobody on duty takes those."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, self.walls)


class AbsenceForm(forms.ModelForm[Absence]):
    walls: Walls  # of the reader
    user = PersonField(label=gettext_lazy("Who"))
    deputy = PersonField(
        label=gettext_lazy("Deputy"),
        required=False,
        help_text=gettext_lazy(
            "Is given what would come to the absent one, while on duty and there. Need not be of"
            " the same team."
        ),
    )

    class Meta:
        model = Absence
        fields = ("user", "since", "until", "deputy")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, self.walls)


def _offer_people(form: forms.ModelForm[Any], walls: Walls) -> None:
    for field in form.fields.values():
        if isinstance(field, PersonField):
            field.queryset = members_within(walls)


def members_within(walls: Walls) -> QuerySet[AbstractUser]:
    """Return the active members of teams who work for the reader's brands and regions, by name."""
    rows = get_user_model().objects.filter(is_active=True, teams__isnull=False)
    if walls.brands is not None:
        rows = rows.filter(brands__in=walls.brands)
    if walls.regions is not None:
        rows = rows.filter(regions__in=walls.regions)
    return rows.distinct().order_by("last_name", "first_name", "username")
