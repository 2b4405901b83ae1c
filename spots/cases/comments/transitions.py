"""Comments on cases: appended, never changed, whatever state the case is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from complaints.customers.in_words import without_customers
from complaints.turns import NoTurnError
from spots.cases.comments.files import MOST_BYTES, MOST_FILES, media_type_of
from spots.cases.comments.mentions import called_in
from spots.cases.comments.models import Attachment, Mention
from spots.cases.comments.pictures import is_picture, redrawn
from spots.cases.comments.scanning import ScannerError, is_clean
from spots.cases.events import EventKind
from spots.cases.models import Case, Event
from spots.cases.states import Permission
from spots.cases.transitions.record import IllegalMoveError, let, locked, noted

COMMENTERS = (Permission.WORK, Permission.DISPATCH)
MOST_LETTERS = 5000
MOST_CALLED = 20
MOST_MINUTES = 24 * 60
# Of one person's files within DAY: a shift's photographs, and no disk of a database full.
MOST_BYTES_A_DAY = 500 * 1024 * 1024
DAY = timedelta(days=1)


@dataclass(frozen=True)
class File:
    """A file as it was sent."""

    name: str
    content: bytes


@transaction.atomic
def comment(
    *,
    case_id: int,
    text: str,
    files: Sequence[File] = (),
    minutes: int = 0,
    by: AbstractUser,
    now: datetime,
) -> Event:
    """
    Say something about a case, to those called in the text by @name above all.

    minutes  of work that it tells of; 0: it tells of none

    :raises Case.DoesNotExist: there is none
    :raises IllegalMoveError: nothing is said, too much is, a file is not of a kind that is
        taken, somebody is called who does not see the case, the minutes are more than a day's, or
        `by` may not
    """
    let(by, *COMMENTERS)
    text = text.strip()
    if not 0 <= minutes <= MOST_MINUTES:
        raise IllegalMoveError(_("Work takes from 0 to %(n)d minutes.") % {"n": MOST_MINUTES})
    if not (text or files or minutes):
        raise IllegalMoveError(_("A comment needs a text, a file or minutes of work."))
    if len(text) > MOST_LETTERS:
        raise IllegalMoveError(_("A comment has at most %(n)d letters.") % {"n": MOST_LETTERS})
    attached = _checked(files, by=by)  # pictures take a while: nobody waits for the case meanwhile
    if attached:
        _refuse_flood(attached, by=by, now=now)
    case = locked(case_id)
    called = _readers(case, called_in(text))
    event = noted(
        case,
        EventKind.COMMENTED,
        by=by,
        now=now,
        note=text,
        facts={"minutes": minutes} if minutes else {},
    )
    Mention.objects.bulk_create(Mention(event=event, user_id=user.pk) for user in called)
    for file in attached:
        file.event = event
    Attachment.objects.bulk_create(attached)
    return event


def see(*, case_id: int, user_id: int | None, now: datetime) -> int:
    """Note that somebody has seen where a case calls them; return how many were new to them."""
    unseen = Mention.objects.filter(event__case=case_id, user=user_id, seen_at=None)
    return unseen.update(seen_at=now)


def _checked(files: Sequence[File], *, by: AbstractUser) -> list[Attachment]:
    """:raises IllegalMoveError: too many, too large, empty, of another kind, or not now"""
    if len(files) > MOST_FILES:
        raise IllegalMoveError(_("At most %(n)d files at once.") % {"n": MOST_FILES})
    attached = []
    for file in files:
        said = {"name": file.name, "megabytes": MOST_BYTES // 2**20}
        if not 0 < len(file.content) <= MOST_BYTES:
            raise IllegalMoveError(
                _("“%(name)s”: a file has from 1 byte to %(megabytes)d MB.") % said
            )
        _refuse_infected(file)
        media_type = media_type_of(file.name, file.content)
        content = file.content
        if media_type is not None and is_picture(media_type):
            content = _redrawn(content, media_type)
        if media_type is None or not content:
            raise IllegalMoveError(
                _("“%(name)s” is not a picture, PDF, text, DOCX or XLSX, or its name lies.") % said
            )
        attached.append(
            Attachment(
                name=without_customers(file.name, by=by.pk)[-200:],  # written by the staff, too
                media_type=media_type,
                size=len(content),
                content=content,
            )
        )
    return attached


def _refuse_infected(file: File) -> None:
    """:raises IllegalMoveError: the scanner says so, or does not answer"""
    try:
        clean = is_clean(file.content)
    except ScannerError:
        words = _("“%(name)s”: the virus scanner does not answer; nothing was kept. Try again.")
        raise IllegalMoveError(words % {"name": file.name}) from None
    if not clean:
        words = _("“%(name)s”: the virus scanner found something in it; nothing was kept.")
        raise IllegalMoveError(words % {"name": file.name})


def _redrawn(content: bytes, media_type: str) -> bytes:
    """:raises IllegalMoveError: others' large pictures are being drawn"""
    try:
        return redrawn(content, media_type) or b""
    except NoTurnError:
        words = _("Others are sending large pictures right now; nothing was kept. Try again.")
        raise IllegalMoveError(words) from None


def _refuse_flood(files: Sequence[Attachment], *, by: AbstractUser, now: datetime) -> None:
    """:raises IllegalMoveError: with these, they have attached more than one may in a day"""
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)  # one comment at a time
    lately = Attachment.objects.filter(event__by=by.pk, event__at__gt=now - DAY)
    before = lately.aggregate(size=Sum("size"))["size"] or 0
    if before + sum(file.size for file in files) > MOST_BYTES_A_DAY:
        words = _("You have attached %(n)d MB of files within a day: that is the most.")
        raise IllegalMoveError(words % {"n": MOST_BYTES_A_DAY // 2**20})


def _readers(case: Case, names: Sequence[str]) -> list[AbstractUser]:
    """
    The members of staff of these names.

    :raises IllegalMoveError: too many, or one that does not exist or may not see the case
    """
    if len(names) > MOST_CALLED:
        raise IllegalMoveError(_("At most %(n)d people at once.") % {"n": MOST_CALLED})
    found = {user.get_username(): user for user in people_of(case, names=names)}
    for name in names:
        if name not in found:
            raise IllegalMoveError(_("Nobody called @%(name)s sees this spot.") % {"name": name})
    return [found[name] for name in names]


def people_of(case: Case, *, names: Sequence[str]) -> list[AbstractUser]:
    """Those of these names who may see a case."""
    staff = get_user_model().objects.filter(is_active=True, is_staff=True, username__in=names)
    rows = Case.objects.filter(pk=case.pk)
    return [
        user
        for user in staff.prefetch_related("brands", "regions")
        if user.has_perm("spots.view_case") and rows.within(user.walls).exists()
    ]
