"""Messages as staff see them: who got them is masked, and whose link it is may be hidden."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString

from complaints.customers.personal import masked_email, masked_phone
from feedback.notifications.catalogue import Channel
from feedback.notifications.models import Message

_LINK = re.compile(r"/r/[\w-]+/")


def recipient(message: Message) -> str:
    """Return where a message goes, masked: +7 926 ***-**-12."""
    if message.channel == Channel.SMS:
        return masked_phone(message.customer.phone) or "—"
    return masked_email(message.customer.email) or "—"


def text(message: Message, *, whole: bool) -> str:
    """Return a text; for those who may not read it whole, with a link that answers nothing."""
    return message.text if whole else _LINK.sub("/r/•••/", message.text)


def state(message: Message) -> SafeString:
    """Return the state as a badge, and why it is so."""
    badge = format_html(
        '<span class="told-state told-{}">{}</span>', message.state, message.get_state_display()
    )
    said = [why for why in (message.get_why_display(), message.error) if why]
    if not said:
        return badge
    return format_html('{} <span class="told-why">{}</span>', badge, ": ".join(said))
