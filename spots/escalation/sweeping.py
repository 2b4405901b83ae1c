"""One round of the ladders: what was reached, what nobody answered, and who is to be told now."""

from datetime import datetime

from spots.escalation import transitions

BATCH = 200
MOST = 50  # batches a round


def escalate(*, now: datetime) -> int:
    """Note all that was reached by now, and tell whoever may be told; return how many were told."""
    for _batch in range(MOST):
        if transitions.fire(now=now, limit=BATCH) < BATCH:
            break
    # What nobody can be told of climbs at once, stage by stage.
    while transitions.climb(now=now, limit=BATCH):
        pass
    return transitions.tell(now=now)
