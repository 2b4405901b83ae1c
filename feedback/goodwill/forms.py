"""What is asked of whoever gives, or fills a pool."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, Textarea
from complaints.uploads import at_most
from feedback.goodwill.models import Gift, GiftRule, GoodwillLimit, Kind, Reason, roles

_REASONS = [one for one in Reason.choices if one[0] != Reason.OCCASION]  # a rule's


class GiftChoice(forms.ModelChoiceField[Gift]):
    """Gifts by name, each with its cost and how many codes are left."""

    def label_from_instance(self, gift: Gift) -> str:
        left = f" · {gift.codes_left}" if gift.kind == Kind.CODE else ""
        return f"{gift.name} · {gift.cost.normalize():f} ₽{left}"


class GiveForm(forms.Form):
    """One gift for one customer; the key makes two clicks one gift."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    gift = GiftChoice(Gift.objects.none(), label=gettext_lazy("gift"), widget=Select)
    reason = forms.ChoiceField(choices=_REASONS, label=gettext_lazy("why"), widget=Select)
    note = forms.CharField(
        max_length=500,
        required=False,
        label=gettext_lazy("note"),
        widget=Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, brand_id: int) -> None:
        super().__init__(data)
        field = self.fields["gift"]
        assert isinstance(field, GiftChoice)
        field.queryset = Gift.objects.offered(brand_id).with_pool().order_by("cost", "pk")


class PoolForm(forms.Form):
    """A file of codes."""

    file = forms.FileField(
        label=gettext_lazy("CSV file with a column “code”"), validators=[at_most(megabytes=5)]
    )


class GiftRuleForm(forms.ModelForm[GiftRule]):
    """A rule, of a gift that its brand may give."""

    class Meta:
        model = GiftRule
        fields = (
            *("brand", "touch_point", "segment", "gift", "not_again_days", "since", "active"),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        gift, brand = given.get("gift"), given.get("brand")
        if gift and brand and gift.brand_id not in (None, brand.pk):
            self.add_error("gift", gettext_lazy("This gift is another brand's."))
        return given


class LimitForm(forms.ModelForm[GoodwillLimit]):
    """A limit, of one of the roles that there are."""

    class Meta:
        model = GoodwillLimit
        fields = (
            *("role", "per_customer", "per_giver"),
            *("money_per_gift", "money_with_second", "money_per_giver"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            choices=roles(), label=capfirst(gettext_lazy("role")), widget=Select
        )
