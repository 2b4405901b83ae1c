"""The kinds of personal data that end by their age, and which age each of them goes by."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Age(TextChoices):
    """Named as the fields of a rule."""

    PLACE = "place_days"
    WORDS = "words_days"
    CONTACT = "contact_days"


class Kind(TextChoices):
    PLACES = "places", _("places and addresses of complaints")
    COMPLAINTS = "complaints", _("words of complaints")
    MESSAGES = "messages", _("texts of messages, and the numbers they went to")
    TEXTS = "texts", _("texts from customers, with their numbers")
    COMMENTS = "comments", _("comments in answers")
    FOLLOWUPS = "followups", _("notes of follow-ups")
    GIFTS = "gifts", _("notes of gifts")
    ASKED_GIFTS = "asked_gifts", _("notes of gifts asked for")
    INSIGHTS = "insights", _("customers' words in insights")
    REQUESTS = "requests", _("requests for service")
    EMERGENCIES = "emergencies", _("what was said of dangers to life")
    REVIEWS = "reviews", _("notes of reviews, and their recordings")
    CUSTOMERS = "customers", _("customers: who they are, and their contacts")

    @property
    def age(self) -> Age:
        return {Kind.PLACES: Age.PLACE, Kind.CUSTOMERS: Age.CONTACT}.get(self, Age.WORDS)
