"""Why a complaint, or a case of complaints, is complex: what routing and figures know it by."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Complexity(TextChoices):
    TOPICS = "topics", _("several topics")
    REPEATS = "repeats", _("told again and again")
    SITES = "sites", _("several sites")
    TEAMS = "teams", _("several teams")
    MARKED = "marked", _("marked by a person")
