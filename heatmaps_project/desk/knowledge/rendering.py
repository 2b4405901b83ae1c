"""Markdown to HTML that is safe to show: no HTML of its own, no pictures, no odd links. Pure."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

ENDINGS: Final = (".mp4", ".webm")  # of films that browsers play by themselves
# Of what links lead to, our own pages without one. Of any other a click may start a program:
# search-ms: and ms-msdt: have run what stands on somebody else's machine.
_SCHEMES: Final = frozenset({"", "http", "https", "mailto"})


@lru_cache(maxsize=8)
def _markdown(hosts: frozenset[str]) -> MarkdownIt:
    """What stands in angle brackets is text; links lead to http, https and mailto only."""
    made = MarkdownIt("commonmark", {"html": False, "linkify": False})

    def film(_self: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
        title, address = tokens[index].content, str(tokens[index].attrs["src"])
        if not is_film(address, hosts):
            return escape(title)
        return (
            f'<video controls preload="none" src="{escape(address)}"'
            f' aria-label="{escape(title)}"></video>'
        )

    made.add_render_rule("image", film)
    vars(made)["validateLink"] = _leads_to_pages
    return made


def as_html(text: str, *, hosts: Collection[str] = ()) -> str:
    """
    Return the HTML of a text in Markdown; where a picture would be, a film of a host we trust.

    hosts  from which films are shown; of any other address its title is left
    """
    html: str = _markdown(frozenset(hosts)).render(text)
    return html.replace("<a href=", '<a rel="noreferrer" target="_blank" href=')


def _leads_to_pages(address: str) -> bool:
    """Whether an address is one of _SCHEMES; a link to another stays the text that it is."""
    try:
        return urlsplit(address).scheme in _SCHEMES
    except ValueError:  # a bracket that is not closed
        return False


def is_film(address: str, hosts: Collection[str]) -> bool:
    """Whether a film at an address may be shown: over https, of one of the hosts."""
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that is not closed
        return False
    return (
        parts.scheme == "https"
        and parts.netloc in hosts  # the whole of it: no port, no name before an @
        and parts.path.lower().endswith(ENDINGS)
    )


def other_films(text: str, hosts: Collection[str]) -> list[str]:
    """Return the addresses in a text that stand where a film should, and are none of ours."""
    found = []
    for block in _markdown(frozenset(hosts)).parse(text):
        for token in block.children or ():
            if token.type == "image" and not is_film(str(token.attrs["src"]), hosts):
                found.append(str(token.attrs["src"]))
    return found
