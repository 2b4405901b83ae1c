"""The life of a danger to life that a caller told of, and what is done about it step by step."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Danger(TextChoices):
    HEALTH = "health", _("somebody is ill or hurt")
    FIRE = "fire", _("fire, gas or an accident")
    CRIME = "crime", _("an attack or a threat")
    SUICIDE = "suicide", _("somebody means to kill themselves")
    CHILD = "child", _("a child, or somebody helpless")
    OTHER = "other", pgettext_lazy("danger", "another danger")


class State(TextChoices):
    OPEN = "open", pgettext_lazy("danger", "nobody has it")
    TAKEN = "taken", pgettext_lazy("danger", "a supervisor has it")
    CLOSED = "closed", pgettext_lazy("danger", "closed")


class Kind(TextChoices):
    """What was done; each step is kept with who and when."""

    RAISED = "raised", pgettext_lazy("danger", "alarm raised")
    PAGED = "paged", pgettext_lazy("danger", "supervisors called")
    VERIFIED = "verified", pgettext_lazy("danger", "caller verified")
    SHOWN = "shown", pgettext_lazy("danger", "address looked at")
    CALLED = "called", pgettext_lazy("danger", "emergency service called")
    NOTED = "noted", pgettext_lazy("danger", "note")
    TAKEN = "taken", pgettext_lazy("danger", "taken by a supervisor")
    CLOSED = "closed", pgettext_lazy("danger", "closed")


class Method(TextChoices):
    """How it was made sure who calls."""

    OWN_NUMBER = "own_number", _("calls from the contract's number")
    CODE_WORD = "code_word", _("said the code word")
    DOCUMENT = "document", _("named the document as the CRM has it")
