"""What the columns of a file mean: told by a person, guessed by their names, remembered."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from complaints.customers.personal import blind_indexes
from complaints.imports.models import ComplaintImport, RememberedLayout
from complaints.intake.models import Channel, Precision, Topic
from complaints.intake.rows import Layout, Values

LABELS: Final[Mapping[str, Promise]] = {
    "external_id": gettext_lazy("complaint's number"),
    "occurred_at": gettext_lazy("when it occurred"),
    "topic": gettext_lazy("topic"),
    "channel": gettext_lazy("channel"),
    "text": gettext_lazy("text"),
    "address": gettext_lazy("address"),
    "lon": gettext_lazy("longitude"),
    "lat": gettext_lazy("latitude"),
    "precision": gettext_lazy("precision of the point"),
    "customer.id": gettext_lazy("customer's number"),
    "customer.phone": gettext_lazy("phone"),
    "customer.email": gettext_lazy("e-mail"),
    "customer.segment": gettext_lazy("segment"),
    "customer.ltv": gettext_lazy("lifetime value"),
    "customer.churn_risk": gettext_lazy("risk of leaving"),
    "customer.balance": gettext_lazy("balance"),
    "customer.debt": gettext_lazy("debt"),
    "customer.language": gettext_lazy("language"),
}
# Names that columns have, in letters and digits alone.
_CALLED: Final[Mapping[str, str]] = {
    "external_id": "externalid id number no ticket ticketid номер номеробращения номерзаявки ид",
    "occurred_at": "occurredat date datetime created createdat time дата датавремя датаобращения"
    " создано датасоздания",
    "topic": "topic type category subject тема тип категория типпроблемы",
    "channel": "channel канал",
    "text": "text description comment message текст описание комментарий сообщение",
    "address": "address адрес адресабонента",
    "lon": "lon lng longitude x долгота",
    "lat": "lat latitude y широта",
    "precision": "precision точность",
    "customer.id": "customerid customer clientid subscriber абонент idабонента лицевойсчет клиент",
    "customer.phone": "phone msisdn tel customerphone телефон номертелефона",
    "customer.email": "email mail customeremail почта",
    "customer.segment": "segment customersegment сегмент",
    "customer.ltv": "ltv customerltv ценность",
    "customer.churn_risk": "churnrisk customerchurnrisk рискоттока",
    "customer.balance": "balance customerbalance баланс",
    "customer.debt": "debt customerdebt overdue долг задолженность",
    "customer.language": "language lang customerlanguage язык",
}
DATE_FORMATS: Final = (
    "",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
)
EXAMPLES: Final = (
    "2026-03-25 14:10",
    "25.03.2026 14:10",
    "25.03.2026 14:10:05",
    "25.03.2026",
    "25/03/2026 14:10",
    "03/25/2026 14:10",
)
_LANGUAGES: Final = ("ru", "en")


@dataclass(frozen=True)
class Told:
    """What a person has said of a file's columns; kept as JSON."""

    columns: Mapping[str, str] = field(default_factory=dict)  # field → column
    constants: Mapping[str, str] = field(default_factory=dict)  # field → value where none is told
    zone: str = "Europe/Moscow"
    date_format: str = ""  # one of DATE_FORMATS; "": ISO 8601

    @classmethod
    def of(cls, layout: Mapping[str, Any]) -> Self:
        return cls(**layout) if layout else cls()

    def within(self, header: Sequence[str]) -> "Told":
        """Return what of it a file with these columns can follow."""
        columns = {name: column for name, column in self.columns.items() if column in header}
        return Told(columns, self.constants, self.zone, self.date_format)

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "zone": self.zone,
            "date_format": self.date_format,
        }

    def missing(self) -> list[str]:
        """Say what has to be told before the import can begin."""
        known = {*self.columns, *self.constants}
        wanted = [LABELS[name] for name in ("occurred_at", "topic", "channel") if name not in known]
        said = [_("Say which column is the %(field)s.") % {"field": name} for name in wanted]
        if "address" not in known and not {"lon", "lat"} <= known:
            said.append(_("Say which column is the address, or which are longitude and latitude."))
        return said


def first_told(row: ComplaintImport, header: Sequence[str], *, zone: str) -> Told:
    """Return what was said of the source's last file, else what the columns' names tell."""
    remembered = RememberedLayout.objects.filter(brand=row.brand_id, source=row.source).first()
    if remembered is not None:
        return Told.of(remembered.layout).within(header)
    return Told(guessed(header), {}, zone)


def guessed(header: Iterable[str]) -> dict[str, str]:
    """Return the fields that columns are named after: each column for one, the first for each."""
    fields = {word: name for name, words in _CALLED.items() for word in words.split()}
    found: dict[str, str] = {}
    for column in header:
        name = fields.get(re.sub(r"[\W_]+", "", column.lower()).replace("ё", "е"))
        if name is not None:
            found.setdefault(name, column)
    return found


def layout_of(told: Told) -> Layout:
    """Return how rows are read: topics, channels and precisions as people call them, too."""
    return Layout(
        columns=told.columns,
        constants=told.constants,
        values={
            "topic": _topics(),
            "channel": _spoken(Channel),
            "precision": _spoken(Precision),
        },
        zone=ZoneInfo(told.zone),
        date_format=told.date_format or None,
    )


def _topics() -> dict[str, str]:
    topics = list(Topic.objects.all())
    called = {name: one.code for one in topics for name in (one.name_en, one.name_ru)}
    return called | {one.code: one.code for one in topics}


def _spoken(choices: type[Channel] | type[Precision]) -> dict[str, str]:
    spoken: dict[str, str] = {}
    for language in _LANGUAGES:
        with override(language):
            for one in choices:
                spoken |= {str(one.label): one.value, str(one.label).capitalize(): one.value}
    return spoken


def number_of(values: Values) -> str:
    """Return an external id for a row without one: the same row is the same complaint."""
    said = "\n".join(f"{name}\t{values[name]}" for name in sorted(values))
    # The oldest pepper's, as long as it is known: a new one would make another complaint of it.
    return f"row-{blind_indexes(said)[-1][-32:-16].hex()}"
