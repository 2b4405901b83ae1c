"""
The public form for complaints: in the brand's look, without scripts, from 320 px on.

A form is numbered when it is shown, and signed: sent twice it is one complaint. The number that
the customer sees is of no use to anybody else; what becomes of the complaint they see on their own
page, which a code to their phone opens.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from complaints.customers.models import Brand
from complaints.customers.personal import blind_index
from complaints.intake.models import Channel, Topic
from complaints.intake.sent import SentComplaint, UnreadableError, read_row
from complaints.intake.transitions import receive
from complaints.limits import DAY, all_seldom_enough, network_of, sender_of
from complaints.public_pages import kept_private
from heatmaps_project.desk.own.views import LANGUAGES, WINDOW, language_of
from heatmaps_project.desk.questions import e164

SOURCE: Final = "web-form"
OF_A_SENDER: Final = 20  # within WINDOW: an address of the network may be a whole office's
OF_A_PHONE: Final = 5
OF_A_NETWORK: Final = 1000  # else one line with IPv6 keeps everybody else out
OF_ALL: Final = 3000
# Within a day, else it goes on and on: half a million forms of one line are seven gigabytes.
OF_A_NETWORK_A_DAY: Final = 5000
OF_ALL_A_DAY: Final = 30_000
# However much others send: else six lines with IPv6 shut the form for the rest of everybody's day.
FEW_A_DAY: Final = 20  # of a network
FILLED_IN: Final = timedelta(hours=12)  # a form is good for so long
_SALT: Final = "channels.web_form"
_FIELDS: Final = ("address", "phone", "email", "topic", "text")


class ComplaintForm(forms.Form):
    """What a customer says; `website` is hidden: only machines fill it in."""

    number = forms.CharField(max_length=200)
    website = forms.CharField(required=False, max_length=200)
    topic = forms.ModelChoiceField(Topic.objects.all(), to_field_name="code")
    address = forms.CharField(max_length=300)
    phone = forms.CharField(max_length=32)
    email = forms.EmailField(required=False, max_length=254)
    text = forms.CharField(required=False, max_length=3000)
    tell = forms.BooleanField(required=False)

    def clean_number(self) -> str:
        """Return the number that the form was given when it was shown."""
        try:
            given = signing.loads(self.cleaned_data["number"], salt=_SALT, max_age=FILLED_IN)
        except signing.BadSignature:
            raise forms.ValidationError(_("Please send it once more.")) from None
        return str(given)


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def complain(request: HttpRequest, brand: str) -> HttpResponse:
    """Show the form, or take what it says."""
    language = language_of(request)
    with translation.override(language):
        found = Brand.objects.filter(code=brand).first()
        if found is None:
            response = _notice(request, None, _("There is no such page"), HTTPStatus.NOT_FOUND)
        elif request.method == "POST":
            response = _sent(request, found, now=timezone.now())
        else:
            response = _form(request, found)
    # The address is nobody's secret; and a browser that may not say where a form comes from says
    # "Origin: null" (Fetch, 3.1), which Django takes for another site's.
    return kept_private(response, language=language, referrer="same-origin")


def _sent(request: HttpRequest, brand: Brand, *, now: datetime) -> HttpResponse:
    if not _seldom_enough(request):
        title = _("Too often. Please try again in ten minutes.")
        response = _notice(request, brand, title, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(WINDOW)
        return response
    form = ComplaintForm(request.POST)
    wrong = {} if form.is_valid() else {name: _("Please fill this in.") for name in form.errors}
    if form.data.get("website"):
        return _thanks(request, brand, uuid4().hex[:8])  # a machine learns nothing
    if not wrong:
        try:
            complaint = _complaint(form.cleaned_data, brand, now=now)
        except UnreadableError as error:
            names = {one.field.removeprefix("customer.") for one in error.refusals}
            wrong = {name: _("This cannot be taken.") for name in names}
        else:
            return _taken(request, brand, complaint, now=now)
    return _form(request, brand, wrong=wrong)


def _seldom_enough(request: HttpRequest) -> bool:
    given = request.POST.get("phone", "")[:32]
    phone = e164(given, region=settings.PHONE_REGION) or given  # however it is written
    network = f"network {network_of(request)}"
    own = (
        (f"sender {sender_of(request)}", OF_A_SENDER, WINDOW),
        (f"phone {phone}", OF_A_PHONE, WINDOW),
        (network, OF_A_NETWORK, WINDOW),
        (f"{network} a day", OF_A_NETWORK_A_DAY, DAY),
    )
    of_all = (("", OF_ALL, WINDOW), ("a day", OF_ALL_A_DAY, DAY))
    few = ((f"{network} few", FEW_A_DAY, DAY),)
    if not _counted(own):
        return False
    is_one_of_few, there_is_room = _counted(few), _counted(of_all)
    return is_one_of_few or there_is_room


def _counted(limits: Iterable[tuple[str, int, int]]) -> bool:
    return all_seldom_enough(
        (f"form:{(blind_index(name) or b'').hex()}", most, seconds)
        for name, most, seconds in limits
    )


def _complaint(said: dict[str, Any], brand: Brand, *, now: datetime) -> SentComplaint:
    """:raises UnreadableError: phone or text cannot be taken"""
    person = {"phone": said["phone"], "language": translation.get_language()}
    if said["email"]:
        person["email"] = said["email"]
    return read_row(
        {
            "external_id": said["number"],
            "brand": brand.code,
            "customer": person,
            "topic": said["topic"].code,
            "channel": Channel.WEB_FORM,
            "text": said["text"].replace("\r\n", "\n"),
            "address": said["address"],
            "occurred_at": now,
            "tell": said["tell"],
        },
        now=now,
    )


def _taken(
    request: HttpRequest, brand: Brand, complaint: SentComplaint, *, now: datetime
) -> HttpResponse:
    # Sent twice it is another moment, and so a conflict: the first is what counts.
    [receipt] = receive([complaint], source=SOURCE, now=now, proven=False)
    if receipt.outcome == "invalid":
        wrong = dict.fromkeys(receipt.fields, _("This cannot be taken."))
        return _form(request, brand, wrong=wrong)
    return _thanks(request, brand, complaint.external_id)


def _form(
    request: HttpRequest, brand: Brand, *, wrong: dict[str, str] | None = None
) -> HttpResponse:
    """The form, with what was typed where something of it is wrong."""
    more = {
        "topics": sorted(Topic.objects.all(), key=str),
        "typed": {name: request.POST.get(name, "")[:3000] for name in _FIELDS},
        "key": signing.dumps(uuid4().hex[:12].upper(), salt=_SALT),
        "wrong": wrong or {},
    }
    status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    return _page(request, "channels/form.html", brand, status, **more)


def _thanks(request: HttpRequest, brand: Brand, number: str) -> HttpResponse:
    return _page(request, "channels/thanks.html", brand, HTTPStatus.OK, number=number)


def _notice(
    request: HttpRequest, brand: Brand | None, title: str, status: HTTPStatus
) -> HttpResponse:
    return _page(request, "desk/own/notice.html", brand, status, title=title)


def _page(
    request: HttpRequest, template: str, brand: Brand | None, status: HTTPStatus, **more: Any
) -> HttpResponse:
    language = language_of(request)
    context = {"brand": brand, "language": language, "languages": LANGUAGES.items(), **more}
    return render(request, template, context, status=status)
