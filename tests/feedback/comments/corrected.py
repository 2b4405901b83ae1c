"""Comments as staff sorted them: dozens, in Russian and English, with endings that lists miss."""

from itertools import cycle, islice

_ENDS = (
    "",
    " вчера",
    " дома",
    " уже неделю",
    " на даче",
    " каждый вечер",
    " after work",
    " at home",
)
_OF = {
    ("internet",): ("интернетик еле тянет", "ролики тормозят", "сайты висят", "pages hang"),
    ("price",): ("ползарплаты уходит вам", "обдираловка", "счёт кусается", "a rip-off"),
    ("internet", "leaving"): (
        "ролики тормозят, подумываю о другом операторе",
        "сайты висят, съезжаю от вас",
    ),
    (): ("благодарю", "всё супер", "так держать", "thanks a lot"),
}


def corrected(count: int = 96) -> list[tuple[str, tuple[str, ...]]]:
    """Return texts, each with its labels."""
    ends = cycle(_ENDS)
    kinds = [(text, labels) for labels, texts in _OF.items() for text in texts]
    return [(text + next(ends), labels) for text, labels in islice(cycle(kinds), count)]
