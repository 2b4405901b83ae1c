"""The words of `sentences`, and how each language counts hours and days. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final, Literal

Language = Literal["ru", "en"]

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Speech:
    """
    One language.

    sentences  by name: that of a Kind, or of a term or cause that follows it
    own        the same where they read differently on the customer's own page
    doing      what is being done, by the state of a spot that is worked on or watched
    wait_…     "3 hours" in "within 3 hours", by the number's form; ago_… "3 hours ago"
    …_form     which of those forms goes with a number
    """

    sentences: dict[str, str]
    own: dict[str, str]
    doing: dict[str, str]
    recently: str
    wait_hours: tuple[str, ...]
    wait_days: tuple[str, ...]
    wait_form: Callable[[int], int]
    ago_hours: tuple[str, ...]
    ago_days: tuple[str, ...]
    ago_form: Callable[[int], int]

    def wait(self, left: timedelta) -> str:
        """A time still to wait, rounded up to hours, or to days where it is longer than one."""
        if left <= DAY:
            number, forms = max(1, ceil(left / HOUR)), self.wait_hours
        else:
            number, forms = ceil(left / DAY), self.wait_days
        return forms[self.wait_form(number)].format(number)

    def ago(self, past: timedelta) -> str:
        """A time gone by, rounded down."""
        if past < HOUR:
            return self.recently
        unit, forms = (HOUR, self.ago_hours) if past < DAY else (DAY, self.ago_days)
        number = past // unit
        return forms[self.ago_form(number)].format(number)


def _one_or_many(number: int) -> int:
    return 0 if number == 1 else 1


def _russian_genitive(number: int) -> int:
    """1, 21, 31 … часа; 2, 5, 11 … часов."""
    return 0 if number % 10 == 1 and number % 100 != 11 else 1


def _russian_accusative(number: int) -> int:
    """1, 21 … час; 2, 3, 4, 22 … часа; 5, 11, 12 … часов."""
    if number % 100 in range(11, 15):
        return 2
    return {1: 0, 2: 1, 3: 1, 4: 1}.get(number % 10, 2)


RUSSIAN: Final = Speech(
    sentences={
        "unsure": (
            "Подскажите, пожалуйста, улицу и дом:"
            " я проверю, известно ли что-нибудь по вашему адресу."
        ),
        "working": "Вижу, что по вашему адресу уже ведутся работы над улучшением качества связи.",
        "outage": "Вижу, что по вашему адресу произошла авария на сети, её уже устраняют.",
        "works": "По вашему адресу идут плановые работы на сети, связь может прерываться.",
        "fixed": "По вашему адресу были трудности со связью, {ago} мы их устранили.",
        "near": (
            "По вашему адресу сбоев не вижу, но рядом с вами уже ведутся работы"
            " над улучшением качества связи."
        ),
        "no_coverage": "К сожалению, по вашему адресу пока нет покрытия нашей сети.",
        "works_soon": (
            "По вашему адресу сбоев не вижу, но запланированы работы на сети:"
            " они начнутся в течение {wait}."
        ),
        "outdoors_only": (
            "По вашему адресу сбоев не вижу. Сеть там рассчитана на приём на улице:"
            " в помещении связь лучше у окна."
        ),
        "nothing": (
            "По вашему адресу сбоев не вижу. Давайте уточню подробности и передам обращение."
        ),
        "term": "Решение ожидается в течение {wait}.",
        "works_term": "Работы закончатся в течение {wait}.",
        "no_term": "Специалисты уже выясняют причину и срок решения.",
        "term_passed": "Работы идут дольше, чем мы ожидали: новый срок сейчас уточняется.",
        "cause": "Причина: {cause}.",
        "try_again": "Пожалуйста, перезагрузите телефон и попробуйте ещё раз.",
    },
    own={
        "unsure": "Укажите улицу и дом: покажем, известно ли что-нибудь по вашему адресу.",
        "working": "По вашему адресу уже ведутся работы над улучшением качества связи.",
        "outage": "По вашему адресу произошла авария на сети, её уже устраняют.",
        "near": (
            "По вашему адресу сбоев не видим, но рядом с вами уже ведутся работы"
            " над улучшением качества связи."
        ),
        "works_soon": (
            "По вашему адресу сбоев не видим, но запланированы работы на сети:"
            " они начнутся в течение {wait}."
        ),
        "outdoors_only": (
            "По вашему адресу сбоев не видим. Сеть там рассчитана на приём на улице:"
            " в помещении связь лучше у окна."
        ),
        "nothing": (
            "По вашему адресу сбоев не видим. Если связь всё же плохая, позвоните нам:"
            " важно каждое обращение."
        ),
    },
    doing={
        "detected": "Обращения собраны вместе, назначаем специалистов.",
        "routed": "Передано специалистам.",
        "reopened": "Проблема вернулась, снова передано специалистам.",
        "accepted": "Специалист взял в работу.",
        "diagnosing": "Специалист ищет причину.",
        "fixing": "Причина найдена, её устраняют.",
        "waiting": "Причину устранят, как только появится доступ или запчасти.",
        "fixed": "Устранено.",
        "verifying": "Устранено, проверяем, что связь держится.",
    },
    recently="недавно",
    wait_hours=("{} часа", "{} часов"),
    wait_days=("{} дня", "{} дней"),
    wait_form=_russian_genitive,
    ago_hours=("{} час назад", "{} часа назад", "{} часов назад"),
    ago_days=("{} день назад", "{} дня назад", "{} дней назад"),
    ago_form=_russian_accusative,
)

ENGLISH: Final = Speech(
    sentences={
        "unsure": (
            "Could you tell me the street and the house, please?"
            " I will check whether anything is known at your address."
        ),
        "working": (
            "I can see that work to improve the service at your address is already under way."
        ),
        "outage": (
            "I can see that there is an outage of our network at your address,"
            " and it is already being repaired."
        ),
        "works": (
            "Planned work on our network is going on at your address,"
            " so the service may be interrupted."
        ),
        "fixed": "There was a problem with the service at your address, and we fixed it {ago}.",
        "near": (
            "I see no fault at your address, but work to improve the service"
            " is already under way near you."
        ),
        "no_coverage": "I am sorry: our network does not cover your address yet.",
        "works_soon": (
            "I see no fault at your address, but work on our network is planned there:"
            " it will start within {wait}."
        ),
        "outdoors_only": (
            "I see no fault at your address. The network there is made for use outdoors:"
            " indoors the service is better near a window."
        ),
        "nothing": (
            "I see no fault at your address. Let me ask a few details and pass your complaint on."
        ),
        "term": "We expect it to be solved within {wait}.",
        "works_term": "It will be over within {wait}.",
        "no_term": "Our engineers are finding out the cause and when it will be solved.",
        "term_passed": "It takes longer than we expected, and a new time is being set.",
        "cause": "The cause: {cause}.",
        "try_again": "Please restart your phone and try again.",
    },
    own={
        "unsure": "Give the street and the house: we will show what is known at your address.",
        "working": "Work to improve the service at your address is already under way.",
        "outage": "There is an outage of our network at your address, and it is being repaired.",
        "near": (
            "We see no fault at your address, but work to improve the service"
            " is already under way near you."
        ),
        "works_soon": (
            "We see no fault at your address, but work on our network is planned there:"
            " it will start within {wait}."
        ),
        "outdoors_only": (
            "We see no fault at your address. The network there is made for use outdoors:"
            " indoors the service is better near a window."
        ),
        "no_coverage": "We are sorry: our network does not cover your address yet.",
        "nothing": (
            "We see no fault at your address. If your service is poor all the same,"
            " please call us: every complaint counts."
        ),
    },
    doing={
        "detected": "Complaints are gathered, engineers are being chosen.",
        "routed": "Passed on to the engineers.",
        "reopened": "The problem came back, passed on to the engineers again.",
        "accepted": "An engineer has taken it up.",
        "diagnosing": "An engineer is finding the cause.",
        "fixing": "The cause is known and is being removed.",
        "waiting": "Will be repaired as soon as there is access or the parts are there.",
        "fixed": "Fixed.",
        "verifying": "Fixed, and being checked.",
    },
    recently="a short time ago",
    wait_hours=("{} hour", "{} hours"),
    wait_days=("{} day", "{} days"),
    wait_form=_one_or_many,
    ago_hours=("{} hour ago", "{} hours ago"),
    ago_days=("{} day ago", "{} days ago"),
    ago_form=_one_or_many,
)
