"""What each kind of file may say: its columns, how its things are compared with what is there."""

from collections.abc import Callable

from spots.network.imports.kinds.adapter import Adapter, Context
from spots.network.imports.kinds.coverage import CoverageAreas
from spots.network.imports.kinds.events import Events
from spots.network.imports.kinds.measurements import Counters, Surveys
from spots.network.imports.kinds.sites import Sites
from spots.network.imports.kinds.subscribers import Subscribers
from spots.network.imports.models import Kind

ADAPTERS: dict[str, Callable[[Context], Adapter]] = {
    Kind.SITES: Sites,
    Kind.COVERAGE: CoverageAreas,
    Kind.EVENTS: Events,
    Kind.SUBSCRIBERS: Subscribers,
    Kind.SURVEYS: Surveys,
    Kind.COUNTERS: Counters,
}
