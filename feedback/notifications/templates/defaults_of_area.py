"""The packaged texts to those in an area, who never complained."""

from feedback.notifications.templates.catalogue import Channel, Language, Reason

# as defaults.PACKAGED
OF_AREA: dict[tuple[str, str, str], tuple[str, str]] = {
    (Reason.AREA, Channel.SMS, Language.RU): (
        "",
        "{brand}: рядом с вами ({place}) перебои связи, уже чиним. Срок: {eta}."
        " Сообщим, когда исправим.",
    ),
    (Reason.AREA, Channel.SMS, Language.EN): (
        "",
        "{brand}: service near you ({place}) may be poor. We are repairing it. Expected by: {eta}."
        " We will tell you when it is done.",
    ),
    (Reason.AREA, Channel.EMAIL, Language.RU): (
        "Чиним связь рядом с вами: {place}",
        "Здравствуйте!\n\n"
        "Рядом с вами ({place}) возможны перебои связи. Причина: {cause}. Наши инженеры уже"
        " работают. Срок: {eta}.\n\n"
        "Вам ничего не нужно делать. Когда всё будет готово, мы вам напишем.\n\n"
        "{brand}",
    ),
    (Reason.AREA, Channel.EMAIL, Language.EN): (
        "We are repairing service near you: {place}",
        "Hello,\n\n"
        "Service near you ({place}) may be poor. The cause is {cause}. Our engineers are at work."
        " Expected by: {eta}.\n\n"
        "You need not do anything. We will write to you as soon as it is done.\n\n"
        "{brand}",
    ),
    (Reason.AREA_FIXED, Channel.SMS, Language.RU): (
        "",
        "{brand}: связь рядом с вами ({place}) исправлена. Стало лучше? Оцените: {link}",
    ),
    (Reason.AREA_FIXED, Channel.SMS, Language.EN): (
        "",
        "{brand}: service near you ({place}) is repaired. Is it better now? Rate it: {link}",
    ),
    (Reason.AREA_FIXED, Channel.EMAIL, Language.RU): (
        "Мы исправили связь рядом с вами: {place}",
        "Здравствуйте!\n\n"
        "Мы писали вам о перебоях связи рядом с вами ({place}). Причина была такая: {cause}."
        " Теперь всё исправлено.\n\n"
        "Стало лучше? Поставьте, пожалуйста, оценку, это одно нажатие:\n{link}\n\n"
        "{brand}",
    ),
    (Reason.AREA_FIXED, Channel.EMAIL, Language.EN): (
        "We have repaired service near you: {place}",
        "Hello,\n\n"
        "We wrote to you about poor service near you ({place}). The cause was {cause}."
        " It is fixed now.\n\n"
        "Is it better? Please rate it, it takes one tap:\n{link}\n\n"
        "{brand}",
    ),
    (Reason.WORKS, Channel.SMS, Language.RU): (
        "",
        "{brand}: с {begins} по {ends} рядом с вами пройдут работы на сети, связь может"
        " прерываться. Простите за неудобства.",
    ),
    (Reason.WORKS, Channel.SMS, Language.EN): (
        "",
        "{brand}: from {begins} to {ends} we work on the network near you, and service may be"
        " interrupted. We are sorry for the trouble.",
    ),
    (Reason.WORKS, Channel.EMAIL, Language.RU): (
        "Работы на сети рядом с вами: {begins}",
        "Здравствуйте!\n\n"
        "С {begins} по {ends} рядом с вами пройдут работы на сети ({works}). Связь может"
        " прерываться. Простите за неудобства.\n\n"
        "{brand}",
    ),
    (Reason.WORKS, Channel.EMAIL, Language.EN): (
        "Work on the network near you: {begins}",
        "Hello,\n\n"
        "From {begins} to {ends} we work on the network near you ({works}). Service may be"
        " interrupted. We are sorry for the trouble.\n\n"
        "{brand}",
    ),
}
