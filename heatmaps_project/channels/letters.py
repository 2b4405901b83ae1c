"""
A letter as a complaint: who, when, what, and never its attachments (no Django).

Who wrote it is told by the address that it came from alone. A phone among the words may be
anybody's: our own hotline's made one customer of all who named it, and their first writer was told
of everybody's.

Anybody can write one. What the standard library reads in quadratic time (long headers, parts
without end, tags that nobody closes) is cut short before it is read.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any, Final, cast

LONGEST_ID: Final = 100
LONGEST_TEXT: Final = 5000
LONGEST_HEADER: Final = 1000  # characters that are looked at
LONGEST_OF_A_PART: Final = 300  # and where each part may have one, that says what it is
MOST_PARTS: Final = 100  # lines that may begin a part, or be no more than a ruler in a text
MOST_NESTED: Final = 20
OLDEST: Final = timedelta(days=30)  # a date that is older, or to come, is not believed
_NOT_SHOWN: Final = {"script", "style", "head", "title", "template"}
_BREAKS: Final = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"}
# What names of hosts are written in: no letter is, and a quarter of a megabyte takes seven seconds.
_OF_HOSTS: Final = {"punycode", "idna"}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS: Final = re.compile(r"^\s*(?:адрес|address)\s*[:\-–]\s*(.{5,300})$", re.I | re.M)
_PART: Final = re.compile(rb"[\r\n]--")
_NESTED: Final = re.compile(rb"boundary", re.I)
_NO_WORDS: Final = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^<>]*+>", re.S)
_TAG: Final = re.compile(r"<(/?[a-z][a-z0-9]*+)[^<>]*+>", re.I)
_NO_TAG: Final = re.compile(r"<(?!/?[a-z][a-z0-9]*+>)", re.I)


@dataclass(frozen=True)
class Letter:
    """What a letter tells; `automatic`: a machine wrote it, and nobody complains."""

    values: Mapping[str, str]
    automatic: bool


def read_letter(raw: bytes, *, now: datetime) -> Letter:
    """Return what a letter tells, however broken it is. It may have been cut off at its end."""
    if len(_PART.findall(raw)) > MOST_PARTS or len(_NESTED.findall(raw)) > MOST_NESTED:
        return unread_letter(raw, now=now)
    message = cast(_Flat, message_from_bytes(raw, _Flat, policy=_POLICY))
    subject, text = _header(message, "Subject"), _text(message)
    body = _clean("\n".join(filter(None, [subject, text])))[:LONGEST_TEXT]
    values = {
        "external_id": _id(message, raw),
        "occurred_at": _date(message, now).isoformat(),
        "text": body,
        "customer.email": _sender(message),
    }
    if found := _ADDRESS.search(body):
        values["address"] = found[1].strip()
    return Letter({name: value for name, value in values.items() if value}, _automatic(message))


def unread_letter(raw: bytes, *, now: datetime) -> Letter:
    """Return a letter that nothing can be read of, as it came: for a person to look at."""
    values = {
        "external_id": "sha256-" + sha256(raw).hexdigest()[:64],
        "occurred_at": now.isoformat(),
        "text": _clean(raw.decode("utf-8", "replace"))[:LONGEST_TEXT],
    }
    return Letter(values, automatic=False)


class _Policy(policy.EmailPolicy):
    def header_fetch_parse(self, name: str, value: str) -> Any:
        is_of_a_part = name.lower().startswith("content-")
        most = LONGEST_OF_A_PART if is_of_a_part else LONGEST_HEADER
        return super().header_fetch_parse(name, value[:most])


_POLICY: Final = _Policy()


class _Flat(EmailMessage):
    """
    A letter in which other letters, and reports on their delivery, are files as any other.

    The library would make a message of each two empty lines of such a report, and ask what the
    whole is before each.
    """

    def get_content_type(self) -> str:
        told = super().get_content_type()
        return "application/octet-stream" if told.startswith("message/") else told


def _header(message: EmailMessage, name: str) -> str:
    try:
        return _clean(str(message.get(name, ""))).replace("\n", " ").strip()
    except (ValueError, TypeError, AttributeError, IndexError):  # the parser of odd headers
        return ""


def _id(message: EmailMessage, raw: bytes) -> str:
    """Return the Message-ID, or what stands for it: never another letter's."""
    found = _header(message, "Message-ID").strip("<> ")
    if found and len(found) <= LONGEST_ID and found.isprintable():
        return found
    return "sha256-" + sha256(raw).hexdigest()[:64]


def _date(message: EmailMessage, now: datetime) -> datetime:
    try:
        said = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError):
        return now
    aware = said if said.tzinfo else said.replace(tzinfo=UTC)
    return aware if now - OLDEST <= aware <= now else now


def _sender(message: EmailMessage) -> str:
    found = parseaddr(_header(message, "From"))[1]
    return found if "@" in found and len(found) <= 254 else ""


def _automatic(message: EmailMessage) -> bool:
    """RFC 3834, and what older machines write."""
    told = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
    sender = _sender(message).lower()
    return told not in {"", "no"} or bulk or sender.startswith(("mailer-daemon@", "postmaster@"))


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        if codecs.lookup(part.get_content_charset("ascii")).name in _OF_HOSTS:
            raise LookupError
        content = str(part.get_content())
    except (LookupError, ValueError, TypeError):  # an unknown charset
        raw = part.get_payload(decode=True)
        content = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    plain = _of_html(content) if part.get_content_subtype() == "html" else content
    lines = [line.rstrip() for line in plain.splitlines() if not line.startswith(">")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


class _Words(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _NOT_SHOWN
        if tag in _BREAKS:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NOT_SHOWN and self._hidden:
            self._hidden -= 1
        if tag in _BREAKS:
            self.seen.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(re.sub(r"\s+", " ", data))


def _of_html(html: str) -> str:
    words = _Words()
    words.feed(_NO_TAG.sub("&lt;", _TAG.sub(r"<\1>", _NO_WORDS.sub("", html))))
    words.close()
    return "\n".join(line.strip() for line in "".join(words.seen).splitlines())
