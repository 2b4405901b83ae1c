"""Customers' pages, which whoever has the link may open."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseRedirect

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


def kept_private(
    response: HttpResponse, *, language: str, referrer: str = "no-referrer"
) -> HttpResponse:
    """
    Return an answer that no cache keeps and no search engine finds, and that leaks no link.

    referrer  whom a browser tells the page's address: its Referrer-Policy
    """
    told = {"Content-Language": language, "Referrer-Policy": referrer}
    for name, value in {**_HEADERS, **told}.items():
        response[name] = value
    return response


def see_other(path: str) -> HttpResponse:
    """Lead to a page, so that loading it again posts nothing twice."""
    response = HttpResponseRedirect(path)
    response.status_code = HTTPStatus.SEE_OTHER
    return response
