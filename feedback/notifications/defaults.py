"""The texts that Heatmaps comes with, for whatever no template is written for."""

from feedback.notifications.catalogue import Channel, Language, Reason

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
}
