"""Alarms as staff see them."""

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from feedback.comments.labels import Alarm


def alarm_badges(alarms: list[str]) -> SafeString:
    """Return what alarms in an answer, as badges."""
    labels = [(Alarm(one).label,) for one in alarms]
    return format_html_join(" ", '<span class="told-state told-failed">{}</span>', labels)
