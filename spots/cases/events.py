"""What can happen to a case: the kinds of its events."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EventKind(TextChoices):
    OPENED = "opened", _("opened")
    GREW = "grew", _("grew")
    QUIET = "quiet", _("went quiet")
    ACTIVE = "active", _("active again")
    ATTACHED = "attached", _("complaint attached")
    DETACHED = "detached", _("complaint detached")
    ROUTED = "routed", _("routed")
    ACCEPTED = "accepted", _("accepted")
    DIAGNOSING = "diagnosing", _("diagnosing began")
    PLANNED = "planned", _("cause and term set")
    WAITING = "waiting", _("waits")
    RESUMED = "resumed", _("goes on")
    FIXED = "fixed", _("fixed")
    VERIFYING = "verifying", _("is being verified")
    FAILED = "failed", _("the fix did not hold")
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("reopened")
    DISMISSED = "dismissed", _("dismissed")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    ANSWERED = "answered", _("customer answered")
    COMMENTED = "commented", _("comment")
    TIED = "tied", _("tied to the network")
    UNTIED = "untied", _("untied from the network")
    COMPLEX = "complex", _("marked as complex")
    PLAIN = "plain", _("no longer marked as complex")
    UNDONE = "undone", _("regrouping undone")
