"""The numbers and rows of the boards as lines of cells, the header first: what their files hold."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.table_files import moment_cell
from complaints.xlsx import Cell
from feedback.surveys.board_table import estimate_cells, estimate_titles
from heatmaps_project.supervision.boards.definitions import Judged
from heatmaps_project.supervision.boards.managing import Managed
from heatmaps_project.supervision.boards.morning import AtRisk, Queue
from heatmaps_project.supervision.boards.quality import Quality
from heatmaps_project.supervision.boards.rows import Row
from heatmaps_project.supervision.boards.wall import Number
from heatmaps_project.supervision.figures import TeamRow
from heatmaps_project.supervision.shares import Share

Lines = Iterator[Sequence[Cell]]

JUDGED: Final[dict[Judged, Promise]] = {
    Judged.MET: gettext_lazy("target met"),
    Judged.MISSED: gettext_lazy("target missed"),
    Judged.OPEN: gettext_lazy("not proven: the target is inside the interval"),
    Judged.NONE: gettext_lazy("nothing to count yet"),
}


def of_wall(numbers: Iterable[Number]) -> Lines:
    share = share_titles(_("share"))
    yield [_("figure"), _("definition, version"), _("count"), *share, _("target"), _("judged")]
    for one in numbers:
        count = one.count if one.share is None else None
        told = [str(one.definition.name), one.definition.version, count, *share_cells(one.share)]
        yield [*told, one.target, str(JUDGED[one.judged])]


def of_rows(rows: Iterable[Row]) -> Lines:
    yield [_("what"), _("from"), _("until"), _("counts as good")]
    for row in rows:
        yield [row.label, moment_cell(row.at), moment_cell(row.until), int(row.counts)]


def of_risks(rows: Iterable[AtRisk]) -> Lines:
    yield [
        *(_("spot"), _("place"), _("priority band"), _("promise"), _("due"), _("time left")),
        *(_("team"), _("engineer"), _("state")),
    ]
    for row in rows:
        clock, case = row.clock, row.clock.case
        yield [
            *(case.pk, case.place, case.band, str(clock.get_target_display())),
            *(moment_cell(clock.due_at), row.left, _named(case.team), _named(case.engineer)),
            str(case.get_state_display()),
        ]


def of_queues(rows: Iterable[Queue]) -> Lines:
    yield [
        *(_("team"), _("state"), _("spots"), _("half wait longer than, h"), _("longest, h")),
        _("for more than a day"),
    ]
    for row in rows:
        waits = (round(row.median_hours, 2), round(row.oldest_hours, 2))
        yield [row.team or _("no team"), row.label, row.ages.n, *waits, row.long]


def of_manager(managed: Managed) -> Lines:
    yield [
        *(_("unit or team"), _("open now"), _("missed now"), _("opened"), _("fixed")),
        *share_titles(_("within a day")),
        *share_titles(_("promises kept")),
        *(*estimate_titles("NPS"), _("answers, NPS"), *estimate_titles("CSAT, %")),
        _("answers, CSAT"),
    ]
    for name, tally in ((_("in all"), managed.whole), *((o.name, o.tally) for o in managed.lines)):
        counts = (tally.open, tally.missed, tally.opened, tally.fixed)
        said = (
            *(*estimate_cells(tally.nps.estimate), tally.nps.answered),
            *(*estimate_cells(tally.csat.estimate), tally.csat.answered),
        )
        yield [name, *counts, *share_cells(tally.in_a_day), *share_cells(tally.kept), *said]


def of_quality(quality: Quality) -> Lines:
    times = (_("the middle"), _("from"), _("until"), _("nine in ten within"))
    lead = [f"{_('lead time, min')}: {said}" for said in times]
    yield [_("topic"), _("opened"), *share_titles(_("false")), *lead]
    for row in quality.topics:
        minutes = [round(one, 1) for one in row.lead.minutes] if row.lead else [None] * 4
        yield [row.topic, row.opened, *share_cells(row.false), *minutes]


def of_teams(rows: Iterable[TeamRow]) -> Lines:
    kept = share_titles(_("promises kept"))
    yield [_("team"), _("open now"), _("missed now"), _("opened"), _("fixed"), *kept]
    for row in rows:
        counts = (row.open, row.missed, row.opened, row.fixed)
        yield [row.name or _("no team"), *counts, *share_cells(row.kept)]


def share_titles(name: str) -> list[str]:
    told = (_("part"), _("whole"), "%", _("at least, %"), _("at most, %"))
    return [f"{name}: {said}" for said in told]


def share_cells(share: Share | None) -> list[Cell]:
    """Return the cells of a share and its interval; of none, and of nothing, what there is."""
    if share is None:
        return [None] * 5
    low, high = share.interval or (None, None)
    percents = (share.percent, low, high)
    told = [None if one is None else round(one, 2) for one in percents]
    return [share.part, share.whole, *told]


def _named(one: object) -> str:
    return "" if one is None else str(one)
