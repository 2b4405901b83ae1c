"""Comments on the page of a case: the form, what it sends, and the files that came with one."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints.admin_theme import ModelAdmin
from complaints.customers.reader import reader_of
from spots.cases.comments.files import MOST_BYTES, MOST_FILES, NAMES
from spots.cases.comments.models import Attachment
from spots.cases.comments.transitions import (
    COMMENTERS,
    MOST_LETTERS,
    MOST_MINUTES,
    File,
    comment,
)
from spots.cases.models import Case
from spots.cases.transitions import IllegalMoveError

MOST_OFFERED = 30  # names offered behind an @; every other can be typed


class _Files(forms.FileInput):
    allow_multiple_selected = True


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("comment"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "class": "case-field",
                "placeholder": _("Comment; @name calls somebody"),
            }
        ),
    )
    minutes = forms.IntegerField(
        label=_("Minutes of work"),
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"class": "case-field case-minutes"}),
    )
    attached = forms.Field(
        label=_("files"),
        required=False,
        widget=_Files(attrs={"accept": ",".join(NAMES), "multiple": True}),
    )


def context_of(request: HttpRequest, case: Case, form: CommentForm | None) -> dict[str, Any]:
    """What the comment's template needs; nothing where the reader may not comment."""
    if not may_comment(request):
        return {}
    return {
        "comment": form or CommentForm(auto_id="comment_%s"),
        "people": people_near(case),
        "most_files": MOST_FILES,
        "most_megabytes": MOST_BYTES // 2**20,
    }


def may_comment(request: HttpRequest) -> bool:
    return any(request.user.has_perm(name) for name in COMMENTERS)


def people_near(case: Case) -> list[list[str]]:
    """[name, full name] of those likely to be called: the case's team, and who did something."""
    concerned = Q(pk__in=case.events.exclude(by=None).values("by"))
    if case.team is not None:
        concerned |= Q(pk__in=case.team.members.values("pk"))
    staff = get_user_model().objects.filter(concerned, is_active=True).order_by("username")
    return [[user.get_username(), user.get_full_name()] for user in staff[:MOST_OFFERED]]


class CommentedAdmin(ModelAdmin):
    """An admin of cases whose pages take comments."""

    def found(self, request: HttpRequest, object_id: int) -> Case:
        """:raises Http404: there is no such case, or it is behind a wall"""
        raise NotImplementedError

    def shown(
        self, request: HttpRequest, case: Case, *, comment: CommentForm, status: int
    ) -> HttpResponse:
        raise NotImplementedError

    def address_of(self, case: Case) -> str:
        return reverse(f"admin:spots_{self.opts.model_name}_change", args=[case.pk])

    def comment_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, self.opts.model_name
        return [
            path(
                "<int:object_id>/comment/",
                view(require_POST(self.comment_view)),
                name=f"spots_{name}_comment",
            ),
            path(
                "<int:object_id>/file/<int:file_id>/",
                view(self.file_view),
                name=f"spots_{name}_file",
            ),
        ]

    def comment_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take a comment; one that is refused comes back with its text."""
        case = self.found(request, object_id)
        if not may_comment(request):
            raise PermissionDenied
        form = CommentForm(request.POST, auto_id="comment_%s")
        files = [_read(upload) for upload in request.FILES.getlist("attached")]
        if form.errors.get("minutes"):
            return self.shown(request, case, comment=form, status=400)
        try:
            comment(
                case_id=case.pk,
                text=request.POST.get("text", ""),
                files=files,
                minutes=form.cleaned_data.get("minutes") or 0,
                by=reader_of(request),
                now=timezone.now(),
            )
        except IllegalMoveError as refusal:
            form.add_error("text", str(refusal))
            return self.shown(request, case, comment=form, status=400)
        return HttpResponseRedirect(f"{self.address_of(case)}#events")

    def file_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A file, never run: pictures are shown, everything else is saved."""
        case = self.found(request, object_id)
        file = get_object_or_404(Attachment, pk=file_id, event__case=case)
        return HttpResponse(
            bytes(file.content),
            headers={
                "Content-Type": file.media_type,
                "Content-Disposition": content_disposition_header(not file.is_picture, file.name)
                or "",
                "Cache-Control": "private, max-age=3600",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            },
        )


def _read(upload: UploadedFile[Any]) -> File:
    """One byte more than may be is enough to tell that a file is too large."""
    return File(upload.name or "", upload.read(MOST_BYTES + 1))
