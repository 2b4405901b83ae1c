"""A page of HTML on paper: PDF by WeasyPrint, without a browser, and without the network."""

from typing import Final

from weasyprint import HTML
from weasyprint.urls import URLFetcher

_NOTHING: Final = URLFetcher(allowed_protocols=(), allow_redirects=False)


def on_paper(page: str) -> bytes:
    """
    Return a page as PDF.

    Nothing is fetched: a picture or a style from outside is left out.
    """
    document: bytes = HTML(string=page, url_fetcher=_NOTHING).write_pdf()
    return document
