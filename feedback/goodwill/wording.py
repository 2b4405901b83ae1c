"""Why a gift is not given, and what is wrong with a line of codes, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from feedback.goodwill.limits import Why

REFUSED: Mapping[Why, Promise] = {
    Why.ROLE: gettext_lazy("Your role may give nothing: no limit is set for it."),
    Why.GIFT: gettext_lazy("This gift costs more than your role may give at once."),
    Why.CUSTOMER: gettext_lazy("This customer was given enough this month."),
    Why.GIVER: gettext_lazy("You have given as many gifts as you may this month."),
    Why.GIVERS_MONEY: gettext_lazy("You have given for as much money as you may this month."),
    Why.BUDGET: gettext_lazy("The brand's budget for this month is spent."),
}
FAULTS: Mapping[str, Promise] = {
    "not_a_code": gettext_lazy("no code of 4 to 64 letters and digits"),
    "twice": gettext_lazy("the code stands in the file before"),
    "known": gettext_lazy("the code is in a pool already"),
}
