"""
Reading JSON from outside: limited in size and depth, strict about what JSON is.

Python's own reader takes NaN and lone surrogates, and dies of a body nested a hundred thousand
deep; pydantic's refuses all three. Both read 1e400 as infinity, which no JSON can say.
"""

import codecs
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any, Final

from django.conf import settings
from pydantic_core import from_json
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

_AS_IT_IS: Final = "identity"
_MAY_BE_INFINITE: Final = re.compile(rb"\d[eE]\+?0*\d{3}|\d{200}")


class TooLargeError(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large."


class EncodedError(UnsupportedMediaType):
    """RFC 9110, 8.4: a coding that is not taken is 415, and the answer says what is."""

    default_detail = "The body is encoded: send it as it is, without a Content-Encoding."

    def __init__(self) -> None:
        super().__init__("", detail=self.default_detail)


class JsonBytes(BaseParser):
    """
    `request.data` is the body, for views that read it with pydantic.

    It comes without the mark that some programs put before UTF-8 (RFC 8259, 8.1).
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """
        :raises TooLargeError: more than settings.API_BODY_BYTES, or the view's `body_bytes`
        :raises EncodedError: it is compressed
        """
        request = (parser_context or {}).get("request")
        if request and request.headers.get("Content-Encoding", _AS_IT_IS).lower() != _AS_IT_IS:
            raise EncodedError
        view = (parser_context or {}).get("view")
        most: int = getattr(view, "body_bytes", settings.API_BODY_BYTES)
        body: bytes = stream.read(most + 1)
        if len(body) > most:
            raise TooLargeError(f"The body is longer than {most} bytes.")
        return body.removeprefix(codecs.BOM_UTF8)


def body_of(request: Request) -> bytes:
    """Return the body that a view with JsonBytes was sent."""
    # Without a body, REST framework has an empty dict here.
    return request.data if isinstance(request.data, bytes) else b""


def has_more_values(body: bytes, most: int) -> bool:
    """
    Whether some JSON has more values than so many; whoever reads it makes an object of each.

    An empty list is two letters, and dozens of bytes of memory: ask first, of a large body.
    """
    bare = body.replace(rb"\\", b"").replace(rb"\"", b"")
    if bare.count(b'"') > 4 * most:  # a name, and a word
        return True
    outside = bare.split(b'"')[::2]  # a comma within words is none
    return sum(one.count(b",") + one.count(b"[") + one.count(b"{") for one in outside) > most


def read_json(body: bytes) -> Any:
    """
    Return what some JSON says, which can be written as JSON again.

    :raises ValueError: it is none, is nested too deep, or has a number beyond what a float holds:
        1e400 would be infinity, and whatever shows it later would fail
    """
    value = from_json(body, allow_inf_nan=False)
    if _MAY_BE_INFINITE.search(body):
        json.dumps(value, allow_nan=False)
    return value


class JsonValues(JsonBytes):
    """`request.data` is what the JSON says, for views with serializers."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """:raises ParseError: it is not JSON, or nested too deep"""
        try:
            return read_json(super().parse(stream, media_type, parser_context))
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from None
