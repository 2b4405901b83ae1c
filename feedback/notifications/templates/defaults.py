"""The texts that Heatmaps comes with, for whatever no template is written for."""

from feedback.notifications.templates.catalogue import Channel, Language, Reason
from feedback.notifications.templates.defaults_not_fixed import NOT_FIXED
from feedback.notifications.templates.defaults_of_area import OF_AREA

# (reason, channel, language): (subject, text)
PACKAGED: dict[tuple[str, str, str], tuple[str, str]] = {
    (Reason.SURVEY, Channel.SMS, Language.RU): ("", "{brand}: {survey} Ответьте: {link}"),
    (Reason.SURVEY, Channel.SMS, Language.EN): ("", "{brand}: {survey} Answer here: {link}"),
    (Reason.SURVEY, Channel.EMAIL, Language.RU): (
        "{survey}",
        "Здравствуйте!\n\n{survey} Ответить можно здесь, первая оценка — одно нажатие:\n{link}"
        "\n\nНа той же странице можно отказаться от опросов.\n\n{brand}",
    ),
    (Reason.SURVEY, Channel.EMAIL, Language.EN): (
        "{survey}",
        "Hello,\n\n{survey} Answer here, the first score is one tap:\n{link}"
        "\n\nOn the same page you can refuse surveys.\n\n{brand}",
    ),
    # The first text of a survey that is asked question by question; e-mails have the link instead.
    (Reason.QUESTION, Channel.SMS, Language.RU): (
        "",
        "{brand}: {question} Если не хотите опросов, ответьте СТОП.",
    ),
    (Reason.QUESTION, Channel.SMS, Language.EN): (
        "",
        "{brand}: {question} To refuse surveys, reply STOP.",
    ),
    (Reason.REMINDER, Channel.SMS, Language.RU): (
        "",
        "{brand}: нам всё ещё важно ваше мнение. {survey} Ответьте: {link}",
    ),
    (Reason.REMINDER, Channel.SMS, Language.EN): (
        "",
        "{brand}: we would still like to hear from you. {survey} Answer here: {link}",
    ),
    (Reason.REMINDER, Channel.EMAIL, Language.RU): (
        "Напоминаем: {survey}",
        "Здравствуйте!\n\nНам всё ещё важно ваше мнение. {survey} Ответить можно здесь:\n{link}"
        "\n\nБольше напоминать не будем. На той же странице можно отказаться от опросов."
        "\n\n{brand}",
    ),
    (Reason.REMINDER, Channel.EMAIL, Language.EN): (
        "A reminder: {survey}",
        "Hello,\n\nWe would still like to hear from you. {survey} Answer here:\n{link}"
        "\n\nThis is the only reminder. On the same page you can refuse surveys.\n\n{brand}",
    ),
    (Reason.INSIGHT, Channel.SMS, Language.RU): (
        "",
        "{brand}: спасибо за ваше предложение. {answer}",
    ),
    (Reason.INSIGHT, Channel.SMS, Language.EN): (
        "",
        "{brand}: thank you for your suggestion. {answer}",
    ),
    (Reason.INSIGHT, Channel.EMAIL, Language.RU): (
        "О вашем предложении",
        "Здравствуйте!\n\nВы поделились с нами предложением, спасибо. {answer}\n\n{brand}",
    ),
    (Reason.INSIGHT, Channel.EMAIL, Language.EN): (
        "About your suggestion",
        "Hello,\n\nYou made a suggestion, thank you for it. {answer}\n\n{brand}",
    ),
    **NOT_FIXED,
    (Reason.FIXED, Channel.SMS, Language.RU): (
        "",
        "{brand}: вы сообщали о проблеме со связью ({place}, {complained_on}). Мы её устранили."
        " Стало лучше? Оцените: {link}",
    ),
    (Reason.FIXED, Channel.SMS, Language.EN): (
        "",
        "{brand}: you told us about poor service ({place}, {complained_on}). We have fixed it."
        " Is it better now? Rate it: {link}",
    ),
    (Reason.FIXED, Channel.EMAIL, Language.RU): (
        "Мы исправили связь: {place}",
        "Здравствуйте!\n\n"
        "{complained_on} вы сообщили нам о проблеме «{topic}» ({place}). Причина была такая:"
        " {cause}. Теперь всё исправлено.\n\n"
        "Стало лучше? Поставьте, пожалуйста, оценку, это одно нажатие:\n{link}\n\n"
        "Спасибо, что рассказали нам. Так мы узнаём, где связь нужно чинить в первую очередь.\n\n"
        "{brand}",
    ),
    (Reason.FIXED, Channel.EMAIL, Language.EN): (
        "We have fixed your service: {place}",
        "Hello,\n\n"
        "On {complained_on} you told us about a problem, “{topic}” ({place}). The cause was"
        " {cause}. It is fixed now.\n\n"
        "Is it better? Please rate it, it takes one tap:\n{link}\n\n"
        "Thank you for telling us: this is how we learn what to repair first.\n\n"
        "{brand}",
    ),
    (Reason.ETA_SET, Channel.SMS, Language.RU): (
        "",
        "{brand}: вы сообщали о проблеме со связью ({place}, {complained_on}). Причина: {cause}."
        " Уже чиним, обещаем исправить до {eta}.",
    ),
    (Reason.ETA_SET, Channel.SMS, Language.EN): (
        "",
        "{brand}: you told us about poor service ({place}, {complained_on}). The cause is {cause}."
        " We are on it and expect to be done by {eta}.",
    ),
    (Reason.ETA_SET, Channel.EMAIL, Language.RU): (
        "Чиним связь: {place}",
        "Здравствуйте!\n\n"
        "{complained_on} вы сообщили нам о проблеме «{topic}» ({place}). Мы нашли причину:"
        " {cause}. Наши инженеры уже работают, обещаем исправить до {eta}.\n\n"
        "Когда всё будет готово, мы вам напишем.\n\n"
        "{brand}",
    ),
    (Reason.ETA_SET, Channel.EMAIL, Language.EN): (
        "We are repairing your service: {place}",
        "Hello,\n\n"
        "On {complained_on} you told us about a problem, “{topic}” ({place}). We have found the"
        " cause: {cause}. Our engineers are at work and expect to be done by {eta}.\n\n"
        "We will write to you as soon as it is fixed.\n\n"
        "{brand}",
    ),
    (Reason.ETA_MOVED, Channel.SMS, Language.RU): (
        "",
        "{brand}: срок изменился. Связь ({place}) обещаем исправить до {eta}. Простите за"
        " ожидание.",
    ),
    (Reason.ETA_MOVED, Channel.SMS, Language.EN): (
        "",
        "{brand}: the date has changed. Service ({place}) will be repaired by {eta}. We are sorry.",
    ),
    (Reason.ETA_MOVED, Channel.EMAIL, Language.RU): (
        "Новый срок: {place}",
        "Здравствуйте!\n\n"
        "{complained_on} вы сообщили нам о проблеме «{topic}» ({place}). Причина: {cause}."
        " Срок изменился: обещаем исправить до {eta}. Простите за ожидание.\n\n"
        "Когда всё будет готово, мы вам напишем.\n\n"
        "{brand}",
    ),
    (Reason.ETA_MOVED, Channel.EMAIL, Language.EN): (
        "A new date: {place}",
        "Hello,\n\n"
        "On {complained_on} you told us about a problem, “{topic}” ({place}). The cause is {cause}."
        " The date has changed: we expect to be done by {eta}. We are sorry that it takes time.\n\n"
        "We will write to you as soon as it is fixed.\n\n"
        "{brand}",
    ),
    (Reason.REOPENED, Channel.SMS, Language.RU): (
        "",
        "{brand}: мы писали, что связь исправлена ({place}), но проблема вернулась. Уже чиним,"
        " сообщим, когда будет готово. Простите.",
    ),
    (Reason.REOPENED, Channel.SMS, Language.EN): (
        "",
        "{brand}: we told you that service was fixed ({place}), but the problem is back. We are on"
        " it again and will tell you when it is done. We are sorry.",
    ),
    (Reason.REOPENED, Channel.EMAIL, Language.RU): (
        "Снова чиним связь: {place}",
        "Здравствуйте!\n\n"
        "Мы писали, что проблема «{topic}» устранена ({place}), но она вернулась. Наши инженеры"
        " снова работают. Когда всё будет готово, мы вам напишем. Простите за неудобства.\n\n"
        "{brand}",
    ),
    (Reason.REOPENED, Channel.EMAIL, Language.EN): (
        "We are repairing your service again: {place}",
        "Hello,\n\n"
        "We told you that a problem was fixed, “{topic}” ({place}), but it is back. Our engineers"
        " are at work again. We will write to you as soon as it is done. We are sorry.\n\n"
        "{brand}",
    ),
    (Reason.ATTACHED, Channel.SMS, Language.RU): (
        "",
        "{brand}: ваше обращение принято. По вашему адресу ({place}) уже ведутся работы над"
        " улучшением связи. Срок: {eta}. Сообщим, когда всё будет готово.",
    ),
    (Reason.ATTACHED, Channel.SMS, Language.EN): (
        "",
        "{brand}: we have your report. We are already working on service at your address ({place})."
        " Expected by: {eta}. We will tell you when it is done.",
    ),
    (Reason.ATTACHED, Channel.EMAIL, Language.RU): (
        "Ваше обращение принято: {place}",
        "Здравствуйте!\n\n"
        "Ваше обращение принято. По вашему адресу ({place}) уже ведутся работы над улучшением"
        " связи. Причина: {cause}. Срок: {eta}.\n\n"
        "Когда всё будет готово, мы вам напишем.\n\n"
        "{brand}",
    ),
    (Reason.ATTACHED, Channel.EMAIL, Language.EN): (
        "We have your report: {place}",
        "Hello,\n\n"
        "We have your report, and are already working on service at your address ({place})."
        " The cause is {cause}. Expected by: {eta}.\n\n"
        "We will write to you as soon as it is done.\n\n"
        "{brand}",
    ),
    **OF_AREA,
    (Reason.GIFT, Channel.SMS, Language.RU): (
        "",
        "{brand}: извините за неудобства. Ваш подарок: {gift}. Промокод: {code}",
    ),
    (Reason.GIFT, Channel.SMS, Language.EN): (
        "",
        "{brand}: sorry for the trouble. A gift for you: {gift}. Promo code: {code}",
    ),
    (Reason.GIFT, Channel.EMAIL, Language.RU): (
        "Подарок от {brand}",
        "Здравствуйте!\n\nИзвините за неудобства. Ваш подарок: {gift}.\n\nПромокод: {code}"
        "\n\n{brand}",
    ),
    (Reason.GIFT, Channel.EMAIL, Language.EN): (
        "A gift from {brand}",
        "Hello,\n\nWe are sorry for the trouble. A gift for you: {gift}.\n\nPromo code: {code}"
        "\n\n{brand}",
    ),
    (Reason.REPLY, Channel.SMS, Language.RU): ("", "{brand}: {reply}"),
    (Reason.REPLY, Channel.SMS, Language.EN): ("", "{brand}: {reply}"),
    (Reason.REPLY, Channel.EMAIL, Language.RU): (
        "Ответ на ваше сообщение",
        "Здравствуйте!\n\n{reply}\n\n{brand}",
    ),
    (Reason.REPLY, Channel.EMAIL, Language.EN): (
        "An answer to your message",
        "Hello,\n\n{reply}\n\n{brand}",
    ),
}
