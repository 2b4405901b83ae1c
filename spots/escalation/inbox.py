"""The inbox: what its reader was told about promises at risk, and what they do with it."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, action, display
from complaints.customers.reader import name_of, reader_of, walls_of
from spots.cases.addresses import page_of
from spots.cases.wording import moment
from spots.escalation import transitions
from spots.escalation.firings import Notice, NoticeQuerySet, Told
from spots.escalation.wording import firing_in_words

MOST_COUNTED = 99  # new notices; more are shown as so many and a plus
OPEN = (Told.TOLD, Told.READ)


def unread(request: HttpRequest) -> str:
    """Return how many notices are new to the reader, for the navigation; "": none. One query."""
    new = Notice.objects.new().filter(user=request.user.pk)
    count = new[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


class NoticeAdmin(ReadOnlyAdmin):
    """The reader's own inbox: rows of others are not there, whoever reads."""

    list_display = ("what", "case_shown", "told_shown", "answer")
    list_display_links = None
    list_filter = ("state",)
    list_per_page = 50
    ordering = ("-told_at", "-pk")
    show_full_result_count = False
    actions = ("acknowledge_chosen",)
    fields = ("what", "case_shown", "told_shown", "letters_shown", "answer")

    class Media:
        css = {"all": ("spots/escalation/escalation.css",)}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "<int:object_id>/open/",
                view(require_POST(self.open_view)),
                name="spots_notice_open",
            ),
            path(
                "<int:object_id>/acknowledge/",
                view(require_POST(self.acknowledge_view)),
                name="spots_notice_acknowledge",
            ),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        rows = cast(NoticeQuerySet, super().get_queryset(request)).within(walls_of(request))
        own = rows.filter(user=reader_of(request).pk, told_at__isnull=False)
        return own.select_related(
            "firing__rung", "firing__clock__case__region", "firing__acknowledged_by", "instead_of"
        ).defer("firing__clock__case__region__outline", "firing__clock__case__outline")

    @display(description=gettext_lazy("what"), ordering="firing__reached_at")
    def what(self, notice: Notice) -> SafeString:
        name = "notice-new" if notice.state == Told.TOLD else "notice-seen"
        more = []
        if notice.instead_of_id:
            more.append(_("You stand in for: %(who)s") % {"who": name_of(notice.instead_of)})
        if notice.firing.climbed_from_id:
            more.append(_("Nobody answered at the stage before."))
        notes = format_html_join("", '<div class="notice-note">{}</div>', ((one,) for one in more))
        said = firing_in_words(notice.firing)
        return format_html('<span class="{}">{}</span>{}', name, said, notes)

    @display(description=gettext_lazy("case"))
    def case_shown(self, notice: Notice) -> SafeString:
        # a button of the list's own form: to open it is to have read it, which no GET may write
        return format_html(
            '<button type="submit" formnovalidate formmethod="post" formaction="{}"'
            ' class="notice-case">{}</button>',
            reverse("admin:spots_notice_open", args=[notice.pk]),
            notice.firing.clock.case,
        )

    @display(description=pgettext_lazy("notice", "told"), ordering="told_at")
    def told_shown(self, notice: Notice) -> str:
        return moment(notice.told_at) if notice.told_at else ""

    @display(description=gettext_lazy("answer"), ordering="state")
    def answer(self, notice: Notice) -> SafeString | str:
        firing = notice.firing
        if firing.acknowledged_at is not None:
            zone = firing.clock.case.region.time_zone
            by, at = name_of(firing.acknowledged_by), moment(firing.acknowledged_at, zone)
            return _("%(who)s takes care of it, %(at)s") % {"who": by, "at": at}
        if notice.state not in OPEN:
            return str(notice.get_state_display())
        if firing.clock.satisfied_at or firing.clock.stopped_at:
            return _("done meanwhile")
        return format_html(
            '<button type="submit" formnovalidate formmethod="post" formaction="{}"'
            ' class="notice-take">{}</button>',
            reverse("admin:spots_notice_acknowledge", args=[notice.pk]),
            _("I take care of it"),
        )

    @display(description=gettext_lazy("letters"))
    def letters_shown(self, notice: Notice) -> str:
        letters = notice.letters.order_by("pk")
        said = [f"{one.get_channel_display()}: {one.get_state_display()}" for one in letters]
        return "; ".join(said) or "—"

    @action(description=gettext_lazy("I take care of them"), permissions=["view"])
    def acknowledge_chosen(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        self._acknowledge(request, list(chosen.values_list("pk", flat=True)))

    def acknowledge_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self._acknowledge(request, [self._own(request, object_id).pk])
        return HttpResponseRedirect(reverse("admin:spots_notice_changelist"))

    def open_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        notice = self._own(request, object_id)
        transitions.read(notice_id=notice.pk, by=reader_of(request), now=timezone.now())
        return HttpResponseRedirect(page_of(notice.firing.clock.case))

    def _acknowledge(self, request: HttpRequest, numbers: list[int]) -> None:
        done = transitions.acknowledge(
            notice_ids=numbers, by=reader_of(request), now=timezone.now()
        )
        said = ngettext("%(n)d notice acknowledged.", "%(n)d notices acknowledged.", done)
        messages.success(request, said % {"n": done})

    def _own(self, request: HttpRequest, object_id: int) -> Notice:
        """:raises Http404: it is not the reader's, or behind a wall"""
        found: Any = self.get_object(request, str(object_id))
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return cast(Notice, found)
