"""Messages as staff see them: who got them is masked, and their links and codes are hidden."""

import json
import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.customers.models import Customer
from complaints.customers.personal import masked_email, masked_phone
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.tries import Try
from feedback.notifications.templates.catalogue import Channel, Reason
from spots.cases.wording import moment

_LINK = re.compile(r"/r/[\w-]+/")


def recipient(message: Message) -> str:
    """Return where a message goes, masked: +7 926 ***-**-12."""
    return told_by(message.channel, message.customer)


def told_by(channel: str, customer: Customer) -> str:
    """Return where a channel leads for a customer, masked."""
    if channel == Channel.PUSH:
        return _("app of %(id)s") % {"id": customer.told_id} if customer.told_id else "—"
    if channel == Channel.SMS:
        return masked_phone(customer.phone) or "—"
    return masked_email(customer.email) or "—"


def text(message: Message) -> str:
    """
    Return a text with a link that answers nothing: whoever has the real one answers for the
    customer, of the work of those who read this, and nobody could tell.
    """
    return _shown(message, message.text)


def subject(message: Message) -> str:
    """Return a subject likewise: a template may put into it whatever it puts into the text."""
    return _shown(message, message.subject)


def _shown(message: Message, words: str) -> str:
    if message.reason == Reason.GIFT:  # a code is money to whoever reads it
        code = json.loads(message.own_values or "{}").get("code") or words
        return words.replace(code, "•••")
    return _LINK.sub("/r/•••/", words)


def tries(message: Message) -> SafeString:
    """Return a line for each earlier copy: where it went, what came of it, until when."""
    past = sorted(message.tries.all(), key=lambda one: one.copy)
    lines = (
        (
            one.get_channel_display(),
            told_by(one.channel, message.customer),
            state(one),
            moment(one.ended_at),
        )
        for one in past
    )
    return format_html_join("", '<div class="told-try">{} · {} {} {}</div>', lines)


def state(message: Message | Try) -> SafeString:
    """Return the state as a badge, and why it is so."""
    badge = format_html(
        '<span class="told-state told-{}">{}</span>', message.state, message.get_state_display()
    )
    said = [why for why in (message.get_why_display(), message.error) if why]
    if not said:
        return badge
    return format_html('{} <span class="told-why">{}</span>', badge, ": ".join(said))
