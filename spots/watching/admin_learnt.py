"""The list of attractors: what the learning found, and what people say about it."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db.models import BooleanField, Field, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.admin_theme import action, display
from complaints.customers.models import Brand
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from spots.cases.places import STREET_M
from spots.cases.queue.filters import RegionFilter
from spots.cases.wording import moment, number
from spots.network.widgets import ShapeWidget, shown
from spots.watching import nearby, transitions_of_attractors
from spots.watching.attractor_form import AttractorForm
from spots.watching.models import Attractor, AttractorQuerySet, Verdict
from spots.watching.transitions_of_attractors import NothingLearntError, decide, is_found

HOW_TO_ADD = gettext_lazy(
    "Click where complaints stand that do not come from there. The click means the coordinate"
    " that most complaints share within 50 m of it."
)
HOW_TO_JUDGE = gettext_lazy(
    "A geocoder puts what it cannot find at one coordinate: complaints there count for no spot."
    " What you say counts at once. One that the learning finds cannot"
    " be deleted, for it would be found again: say that it is a real place instead."
)


class AttractorAdmin(OwnBrandsAdmin):
    """Coordinates that are no real places: found each night, confirmed or denied by people."""

    form = AttractorForm
    change_form_template = "admin/spots/shape_change_form.html"
    list_display = (
        "place_shown",
        "brand",
        "region",
        "verdict_shown",
        "customers_shown",
        "allowed_shown",
        "seen_shown",
        "decided_by",
    )
    list_filter = ("verdict", ("brand", RelatedOnlyFieldListFilter), RegionFilter)
    list_select_related = ("brand", "region", "decided_by")
    list_per_page = 50
    list_fullwidth = True
    ordering = ("-customers", "pk")
    actions = ("call_real", "call_no_place", "leave_to_learning")
    actions_submit_line = ("say_real", "say_no_place", "say_nothing")

    class Media:
        css = {"all": ("spots/watching/learnt.css",)}

    # What may be seen and done

    def get_queryset(self, request: HttpRequest) -> AttractorQuerySet:
        rows = cast(AttractorQuerySet, super().get_queryset(request)).within(walls_of(request))
        sees = Value(request.user.has_perm("complaints.view_complaint"), BooleanField())
        whole = rows.select_related("brand", "region", "decided_by").defer("region__outline")
        return nearby.with_street(whole).annotate(sees_complaints=sees)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Rows are not deleted by the dozen: most would be found again."""
        every: dict[str, Any] = super().get_actions(request)
        return {name: made for name, made in every.items() if name != "delete_selected"}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        if not isinstance(obj, Attractor):
            return may
        found = is_found(obj, now=timezone.now())
        return may and obj.verdict == Verdict.ADDED and not found

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer what would change something."""
        row = self.get_object(request, str(object_id))
        made: list[Any] = super().get_actions_submit_line(request, object_id)
        if row is None:
            return []
        useless = {Verdict.REAL: "say_real", Verdict.ADDED: "say_no_place"}.get(row.verdict, "")
        left = {useless} if useless else {"say_nothing"}
        if not is_found(row, now=timezone.now()):
            left.add("say_nothing")
        return [button for button in made if not button.action_name.endswith(tuple(left))]

    # Columns

    @display(description=gettext_lazy("place"))
    def place_shown(self, row: Any) -> SafeString:
        street = getattr(row, "street", None)  # an old version has none
        if not street or street["away"] > STREET_M:
            return format_html("{}", row)
        words = f"{street['town']}, {street['street']}"
        return format_html('{} <span class="learnt-second">{}</span>', words, row)

    @display(description=gettext_lazy("what it is"), ordering="verdict")
    def verdict_shown(self, row: Attractor) -> SafeString:
        badge = '<span class="learnt-verdict learnt-{}">{}</span>'
        return format_html(badge, row.verdict, row.get_verdict_display())

    @display(description=gettext_lazy("customers"), ordering="customers")
    def customers_shown(self, row: Attractor) -> str:
        return number(row.customers)

    @display(description=gettext_lazy("explained by the houses there"), ordering="allowed")
    def allowed_shown(self, row: Attractor) -> str:
        return number(row.allowed) if row.seen_at else "—"

    @display(description=gettext_lazy("last found"), ordering="seen_at")
    def seen_shown(self, row: Attractor) -> str:
        return moment(row.seen_at) if row.seen_at else _("never")

    # The page

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            new = {"fields": ("brand", "point", "note"), "description": HOW_TO_ADD}
            return [(None, new)]
        judged = {"fields": ("why_shown", "map_shown", "note"), "description": HOW_TO_JUDGE}
        listed = ("place_shown", "brand", "region", "verdict_shown", "seen_shown", "decided_by")
        return [(None, judged), (_("In the list"), {"fields": listed})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return (
            *("why_shown", "map_shown", "place_shown", "verdict_shown", "seen_shown"),
            *("brand", "region", "decided_by"),
        )

    @display(description=gettext_lazy("what speaks for it"))
    def why_shown(self, row: Attractor) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((said,) for said in nearby.in_words(row)))

    @display(description=gettext_lazy("on the map"))
    def map_shown(self, row: Any) -> SafeString:
        around = nearby.drawing_of(row, with_complaints=getattr(row, "sees_complaints", False))
        return shown(row.point, around=around)

    def get_form(
        self, request: HttpRequest, obj: Any = None, *rest: Any, **kwargs: Any
    ) -> type[forms.ModelForm[Attractor]]:
        made: type[AttractorForm] = super().get_form(request, obj, *rest, **kwargs)
        made.walls = walls_of(request)
        return made

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Where there is one brand, there is nothing to choose."""
        brands = Brand.objects.values_list("pk", flat=True)[:2]
        only = {"brand": brands[0]} if len(brands) == 1 else {}
        return {**only, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "point":
            extent = Region.objects.within(walls_of(request)).extent()
            kwargs["widget"] = ShapeWidget(attrs={"extent": extent})
            return db_field.formfield(**kwargs)
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        return field

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One thing is decided at a time: then comes the list again."""
        fewer = {"show_save_and_continue": False, "show_save_and_add_another": False}
        shown_: HttpResponse = super().changeform_view(
            request, object_id, form_url, {**fewer, **(extra_context or {})}
        )
        return shown_

    # What is said

    def save_model(self, request: HttpRequest, obj: Attractor, form: Any, change: Any) -> None:
        """Add one, or write its note; a verdict is stored with its note, as one change."""
        if not change:
            self._add(request, obj, form)
            return
        pressed = [
            button
            for button in self.get_actions_submit_line(request, obj.pk)
            if button.action_name in request.POST
        ]
        for button in pressed:
            button.method(request, obj)
        if not pressed:
            super().save_model(request, obj, form, change)

    def _add(self, request: HttpRequest, obj: Attractor, form: AttractorForm) -> None:
        assert request.user.is_authenticated
        obj.pk = transitions_of_attractors.add(
            brand_id=obj.brand_id,
            stand=form.stand,
            by=request.user,
            note=obj.note,
            now=timezone.now(),
        ).pk
        obj.refresh_from_db()  # the click has become the coordinate that it meant

    @action(description=gettext_lazy("This is a real place"), permissions=["change"])
    def say_real(self, request: HttpRequest, row: Attractor) -> None:
        self._decide(request, row, Verdict.REAL)

    @action(description=gettext_lazy("This is no real place"), permissions=["change"])
    def say_no_place(self, request: HttpRequest, row: Attractor) -> None:
        self._decide(request, row, Verdict.ADDED)

    @action(description=gettext_lazy("Leave it to the learning"), permissions=["change"])
    def say_nothing(self, request: HttpRequest, row: Attractor) -> None:
        self._decide(request, row, Verdict.LEARNT)

    @action(description=gettext_lazy("These are real places"), permissions=["change"])
    def call_real(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._decide_each(request, chosen, Verdict.REAL)

    @action(description=gettext_lazy("These are no real places"), permissions=["change"])
    def call_no_place(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._decide_each(request, chosen, Verdict.ADDED)

    @action(description=gettext_lazy("Leave them to the learning"), permissions=["change"])
    def leave_to_learning(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._decide_each(request, chosen, Verdict.LEARNT)

    def _decide_each(self, request: HttpRequest, chosen: QuerySet[Any], verdict: Verdict) -> None:
        done = sum(self._decide(request, row, verdict) for row in chosen)
        if done:
            said = ngettext("Done for %(n)d place.", "Done for %(n)d places.", done)
            messages.success(request, said % {"n": done})

    def _decide(self, request: HttpRequest, row: Attractor, verdict: Verdict) -> bool:
        assert request.user.is_authenticated
        try:
            decide(row, verdict=verdict, by=request.user, note=row.note, now=timezone.now())
        except NothingLearntError as refusal:
            messages.error(request, str(refusal))
            return False
        return True
