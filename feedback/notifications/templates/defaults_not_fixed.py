"""The packaged texts of spots that are not fixed yet, wait for a site, or cannot be fixed."""

from feedback.notifications.templates.catalogue import Channel, Language, Reason

# as defaults.PACKAGED
NOT_FIXED: dict[tuple[str, str, str], tuple[str, str]] = {
    (Reason.OPENED, Channel.SMS, Language.RU): (
        "",
        "{brand}: по вашему обращению ({place}, {complained_on}) видим общую проблему со связью,"
        " уже занимаемся. Срок: {eta}. Сообщим, когда исправим.",
    ),
    (Reason.OPENED, Channel.SMS, Language.EN): (
        "",
        "{brand}: what you told us ({place}, {complained_on}) is a common fault, and we are on it."
        " Expected by: {eta}. We will tell you when it is fixed.",
    ),
    (Reason.OPENED, Channel.EMAIL, Language.RU): (
        "Занимаемся связью: {place}",
        "Здравствуйте!\n\n"
        "{complained_on} вы сообщили нам о проблеме «{topic}» ({place}). О ней пишут и ваши соседи:"
        " это общая неисправность, ею уже занимаются инженеры. Срок: {eta}.\n\n"
        "Вам ничего не нужно делать. Когда всё будет готово, мы вам напишем.\n\n"
        "{brand}",
    ),
    (Reason.OPENED, Channel.EMAIL, Language.EN): (
        "We are on it: {place}",
        "Hello,\n\n"
        "On {complained_on} you told us about a problem, “{topic}” ({place}). Your neighbours have"
        " it too: it is a common fault, and our engineers are on it. Expected by: {eta}.\n\n"
        "You need not do anything. We will write to you as soon as it is fixed.\n\n"
        "{brand}",
    ),
    (Reason.BUILD, Channel.SMS, Language.RU): (
        "",
        "{brand}: вы сообщали о связи ({place}, {complained_on}). Здесь нужна новая базовая"
        " станция, она уже в плане строительства. Срок: {eta}. Сообщим, когда заработает.",
    ),
    (Reason.BUILD, Channel.SMS, Language.EN): (
        "",
        "{brand}: you told us about service ({place}, {complained_on}). A new site is needed there,"
        " and we plan to build it by {eta}. We will tell you when it works.",
    ),
    (Reason.BUILD, Channel.EMAIL, Language.RU): (
        "Построим новую станцию: {place}",
        "Здравствуйте!\n\n"
        "{complained_on} вы сообщили нам о проблеме «{topic}» ({place}). Настройкой её не решить:"
        " здесь нужна новая базовая станция, и она уже в плане строительства. Срок: {eta}.\n\n"
        "Строить — дольше, чем чинить. Если срок изменится, и когда всё заработает, мы вам"
        " напишем.\n\n"
        "{brand}",
    ),
    (Reason.BUILD, Channel.EMAIL, Language.EN): (
        "We will build a new site: {place}",
        "Hello,\n\n"
        "On {complained_on} you told us about a problem, “{topic}” ({place}). It takes more than"
        " repairs: a new site is needed there, and we plan to build it by {eta}.\n\n"
        "Building takes longer than mending. We will write to you if the date changes, and as soon"
        " as it works.\n\n"
        "{brand}",
    ),
    (Reason.CANNOT, Channel.SMS, Language.RU): (
        "",
        "{brand}: вы сообщали о связи ({place}, {complained_on}). Мы всё проверили: сейчас улучшить"
        " её там не можем. Простите. Обращение учтём в планах сети.",
    ),
    (Reason.CANNOT, Channel.SMS, Language.EN): (
        "",
        "{brand}: you told us about service ({place}, {complained_on}). We have looked into it, and"
        " cannot make it better there for now. We are sorry, and keep it in mind for our plans.",
    ),
    (Reason.CANNOT, Channel.EMAIL, Language.RU): (
        "О вашем обращении: {place}",
        "Здравствуйте!\n\n"
        "{complained_on} вы сообщили нам о проблеме «{topic}» ({place}). Мы всё проверили и должны"
        " сказать честно: сейчас улучшить там связь не можем. Простите нас.\n\n"
        "Ваше обращение останется в расчёте, по которому мы планируем развитие сети.\n\n"
        "{brand}",
    ),
    (Reason.CANNOT, Channel.EMAIL, Language.EN): (
        "About what you told us: {place}",
        "Hello,\n\n"
        "On {complained_on} you told us about a problem, “{topic}” ({place}). We have looked into"
        " it and have to be honest: we cannot make it better there for now. We are sorry.\n\n"
        "What you told us stays in the figures by which we plan the network.\n\n"
        "{brand}",
    ),
}
