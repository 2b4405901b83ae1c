"""How customers rate a fix: on the page, by text message, and from a letter."""

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message as Letter
from email.policy import default as policy
from html import unescape

import requests

from tests.e2e.three_zones import SENDER, Rater
from tests.gateways import Letters, Smsc

SPELLED = ("%d", "%d!", "%d из %d", "Оценка %d.")
NUMERALS = ("ноль", "один", "два", "три", "четыре", "пять")
NUMERALS += ("шесть", "семь", "восемь", "девять", "десять")
_LINK = re.compile(r"https?://\S+/r/[^\s\"?]+")
_ASKED = re.compile(r'name="question" value="(\d+)"')
_PRESET = re.compile(r'class="send" type="submit" name="score" value="(\d+)"')


def link_in(text: str) -> str:
    found = _LINK.search(text)
    assert found, text
    return found.group().rstrip(".,")


def rate_on_the_page(rater: Rater, link: str) -> None:
    """Tap score after score, as a page without scripts asks; whoever stops leaves it open."""
    with requests.Session() as browser:
        _go_on(browser, rater, link, browser.get(link, timeout=60))


def rate_from_a_letter(rater: Rater, letter: Letter) -> None:
    """Follow the score in the letter: the page has it chosen, and nothing is sent before a tap."""
    body = letter.get_body(("html",)).get_content()
    scores = [unescape(one) for one in re.findall(r'href="([^"]+score=\d+)"', body)]
    chosen = next(one for one in scores if one.endswith(f"score={rater.csat}"))
    with requests.Session() as browser:
        page = browser.get(chosen, timeout=60)
        preset = _PRESET.search(page.text)
        assert preset and int(preset.group(1)) == rater.csat
        _go_on(browser, rater, link_in(chosen), page)


def _go_on(browser: requests.Session, rater: Rater, link: str, page: requests.Response) -> None:
    """Answer whatever the page asks next, until it asks no more."""
    for _question in range(4):
        assert page.ok, page.status_code
        asked = _ASKED.search(page.text)
        if asked is None:
            return
        number = asked.group(1)
        answers = {"1": {"score": rater.csat}, "2": {"score": rater.nps}}
        said = {"words": rater.words} if rater.words else {"pass": 1}
        given = answers.get(number, said)
        if None in given.values():
            return
        page = browser.post(link, data={"question": number, **given}, timeout=60)


def texts_of(raters: Iterable[Rater], question: int) -> list[dict[str, str]]:
    """Return what they write in reply to a question, each in a spelling of their own."""
    return [
        {"from": one.address, "to": SENDER, "text": said}
        for n, one in enumerate(raters)
        for said in _said(one, question, n)
    ]


def _said(rater: Rater, question: int, n: int) -> list[str]:
    score = rater.csat if question == 1 else rater.nps
    if score is None:
        return []
    if question == 3:
        return [rater.words or "Нечего добавить"]
    spelled = SPELLED[n % 4]
    said = spelled % ((score, 5 if question == 1 else 10) if "из" in spelled else score)
    if n % 5 == 4:
        said = NUMERALS[score].capitalize()
    return [said, said] if n % 3 == 0 else [said]  # some networks send a text twice


def told_by_text(smsc: Smsc) -> list[tuple[str, str]]:
    """Return the texts that the centre was given, put together: to whom, and what."""
    texts: list[tuple[str, str]] = []
    for one in smsc.saw("submit"):
        to, said = one["to"], one["text"]
        if one["header"] and not one["header"].endswith("01"):
            before_to, before = texts.pop()
            assert before_to == to
            said = before + said
        texts.append((to, said))
    return texts


def told_by_letter(letters: Letters) -> list[tuple[str, Letter]]:
    return [
        (one.rcpt_tos[0], message_from_bytes(one.content, policy=policy)) for one in letters.taken
    ]
