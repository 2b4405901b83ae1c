"""Why a cause is suggested, in a sentence, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.cases.wording import moment
from spots.causes import scoring
from spots.causes.scoring import Evidence, SeenEvent

NAMED = 3  # sites; the others are counted


def sentence(evidence: Evidence, zone: str) -> str:
    """Return what one piece of evidence says; times by the clock of a zone."""
    percent = {"share": round(100 * evidence.share)}
    if evidence.sign == scoring.HOLE:
        words = _("%(share)d %% of the complaints lie outside the %(technology)s coverage")
        return words % {**percent, "technology": evidence.technology}
    if evidence.event is None:
        words = ngettext(
            "it was the cause of %(share)d %% of %(n)d earlier spot with this topic here",
            "it was the cause of %(share)d %% of %(n)d earlier spots with this topic here",
            evidence.count,
        )
        return words % {**percent, "n": evidence.count}
    return _of_event(evidence.event, percent, zone)


def _of_event(event: SeenEvent, percent: dict[str, int], zone: str) -> str:
    since = {"since": moment(event.starts_at, zone), "title": event.title}
    if not event.sites:
        words = {
            scoring.OUTAGE: _("outage “%(title)s” since %(since)s"),
            scoring.WORKS: _("works “%(title)s” since %(since)s"),
            scoring.BUILD: _("new build “%(title)s” since %(since)s"),
        }[event.kind]
        where = _("%(share)d %% of the complaints in its area")
    else:
        count = len(event.sites)
        named = {"sites": ", ".join(event.sites[:NAMED])}
        if count > NAMED:
            named["sites"] += " " + _("and %(n)d more") % {"n": count - NAMED}
        words = {
            scoring.OUTAGE: ngettext(
                "site %(sites)s down since %(since)s", "sites %(sites)s down since %(since)s", count
            ),
            scoring.WORKS: ngettext(
                "works at site %(sites)s since %(since)s",
                "works at sites %(sites)s since %(since)s",
                count,
            ),
            scoring.BUILD: ngettext(
                "site %(sites)s is being built since %(since)s",
                "sites %(sites)s are being built since %(since)s",
                count,
            ),
        }[event.kind]
        since |= named
        where = ngettext(
            "%(share)d %% of the complaints within its sector",
            "%(share)d %% of the complaints within their sectors",
            count,
        )
    return ", ".join((words % since, where % percent))
