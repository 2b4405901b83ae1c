"""Charts of boards, as Chart.js draws them."""

import json
from collections.abc import Iterable
from datetime import date

from complaints.short_days import short_day
from heatmaps_project.supervision.shares import Share


def shares_by_week(weeks: Iterable[tuple[date, Share]], part: str, rest: str) -> str:
    """
    Return what is counted and the others of the whole, week by week from their Mondays.

    part, rest  their names
    """
    told = list(weeks)
    series = (
        (part, [share.part for _monday, share in told], "var(--color-orange-500)"),
        (rest, [share.whole - share.part for _monday, share in told], "var(--color-primary-500)"),
    )
    return json.dumps(
        {
            "labels": [short_day(monday) for monday, _share in told],
            "datasets": [
                {"label": label, "data": data, "backgroundColor": colour}
                for label, data, colour in series
            ],
        }
    )
