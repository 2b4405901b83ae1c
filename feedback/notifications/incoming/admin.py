"""What customers wrote that no survey understood: read by people, who do something about it."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, Select, Textarea, TextInput, action, display
from complaints.customers.personal import masked_phone, scrubbed
from complaints.customers.reader import name_of, reader_of, walls_of
from complaints.intake.models import Topic
from feedback.notifications import transitions
from feedback.notifications.incoming.models import IncomingText, IncomingTextQuerySet
from feedback.notifications.outbox import shown
from feedback.notifications.transitions.handling import HANDLES, whose
from spots.cases.wording import moment

SHORT = 120  # characters of a text in the list


class ReplyForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=500,
        widget=Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It goes as a text, with the brand before it."),
    )


class ComplaintForm(forms.Form):
    topic = forms.ModelChoiceField(
        Topic.objects.order_by("name_ru"), label=gettext_lazy("Topic"), widget=Select
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=500, widget=TextInput)


class WaitingFilter(SimpleListFilter):
    """What nobody has done anything about comes first: with no choice, it is alone."""

    title = pgettext_lazy("text", "what was done")
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("done")), ("all", gettext_lazy("all"))]

    def choices(self, changelist: Any) -> Any:
        names = (("", gettext_lazy("waiting")), *self.lookup_choices)
        for value, name in names:
            yield {
                "selected": (self.value() or "") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": name,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "all":
                return queryset
            case "yes":
                return queryset.exclude(handling="")
            case _:
                return queryset.filter(handling="")


class IncomingTextAdmin(ReadOnlyAdmin):
    """Texts, the newest first; only what is done about one writes."""

    change_form_template = "admin/feedback/text/change_form.html"
    list_display = ("received", "whom", "said", "meaning", "sender", "done")
    list_display_links = ("received", "said")
    list_filter = (WaitingFilter, "meaning")
    list_select_related = ("handled_by",)
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-id",)
    actions = ("seen",)
    fields = (
        *("received", "whom", "whole", "meaning", "sender", "done"),
        *("reply_shown", "complaint", "followup"),
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> IncomingTextQuerySet:
        rows = cast(IncomingTextQuerySet, super().get_queryset(request))
        return rows.not_understood().within(walls_of(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave out what there is nothing to say about."""
        absent = {"reply_shown": "reply", "complaint": "complaint", "followup": "followup"}
        return [name for name in self.fields if getattr(obj, absent.get(name, ""), True)]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.handle_view))
        own = path("<int:text_id>/do/<slug:what>/", view, name="feedback_incomingtext_do")
        return [own, *super().get_urls()]

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(HANDLES)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        text = self.get_object(request, object_id)
        waits = text is not None and not text.handling and self.has_handle_permission(request)
        more: dict[str, Any] = {**(extra_context or {}), "waits": waits}
        if waits and whose(text, reader_of(request)) is not None:
            more |= {"reply": ReplyForm(), "complaint": ComplaintForm()}
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response

    def handle_view(self, request: HttpRequest, text_id: int, what: str) -> HttpResponse:
        """:raises Http404: there is no such text for this reader, or nothing such to be done"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if what not in ("seen", "reply", "complaint", "followup"):
            raise Http404
        if not self.get_queryset(request).filter(pk=text_id).exists():
            raise Http404
        try:
            self._do(what, text_id, request)
        except transitions.TextRefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:feedback_incomingtext_change", args=[text_id]))

    def _do(self, what: str, text_id: int, request: HttpRequest) -> None:
        """:raises TextRefusedError: in words"""
        doing: dict[str, Any] = {
            "text_id": text_id,
            "by": reader_of(request),
            "now": timezone.now(),
        }
        form: forms.Form | None = None
        match what:
            case "reply":
                form = ReplyForm(request.POST)
                if form.is_valid():
                    transitions.reply(words=form.cleaned_data["words"], **doing)
            case "complaint":
                form = ComplaintForm(request.POST)
                if form.is_valid():
                    said = form.cleaned_data
                    transitions.make_complaint(
                        topic=said["topic"], address=said["address"], **doing
                    )
            case "followup":
                transitions.follow_up(**doing)
            case _:
                transitions.mark_seen(**doing)
        if form is not None and form.errors:
            faults = [fault for faults in form.errors.values() for fault in faults]
            raise transitions.TextRefusedError(" ".join(str(fault) for fault in faults))

    @action(description=gettext_lazy("Mark as seen"), permissions=["handle"])
    def seen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        by, now, done = reader_of(request), timezone.now(), 0
        for number in chosen.order_by("pk").values_list("pk", flat=True)[:500]:
            try:
                transitions.mark_seen(text_id=number, by=by, now=now)
                done += 1
            except transitions.TextRefusedError as refusal:
                messages.error(request, str(refusal))
        if done:
            words = ngettext("%(n)d text was seen.", "%(n)d texts were seen.", done)
            messages.success(request, words % {"n": done})

    @display(description=gettext_lazy("received at"), ordering="received_at")
    def received(self, text: IncomingText) -> str:
        return moment(text.received_at)

    @display(description=pgettext_lazy("text", "from"))
    def whom(self, text: IncomingText) -> SafeString:
        digits = text.address.lstrip("+")
        return format_html('<span class="told-to">{}</span>', masked_phone(f"+{digits}"))

    @display(description=gettext_lazy("text"))
    def said(self, text: IncomingText) -> str:
        words = scrubbed(text.text)
        return words if len(words) <= SHORT else f"{words[:SHORT]}…"

    @display(description=gettext_lazy("text"))
    def whole(self, text: IncomingText) -> SafeString:
        return format_html('<div class="told-text">{}</div>', scrubbed(text.text))

    @display(description=gettext_lazy("what was done"))
    def done(self, text: IncomingText) -> str:
        if not text.handling or text.handled_at is None:
            return "—"
        who, when = name_of(text.handled_by), moment(text.handled_at)
        return f"{text.get_handling_display()} · {who} · {when}"

    @display(description=gettext_lazy("reply"))
    def reply_shown(self, text: IncomingText) -> SafeString:
        if text.reply is None:
            return SafeString("—")
        return format_html("{} {}", scrubbed(text.reply.text), shown.state(text.reply))
