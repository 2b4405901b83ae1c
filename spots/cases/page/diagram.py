"""
The life of a case as a picture and as a list, both drawn from the table of moves.

Where things stand is set here; what is drawn is what the table says. An arrow stands for every
move that leads from its tail, a state or a whole group, to its head; each bears their numbers.
A move of the table that has no arrow is an error, and so is an arrow without a move.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from spots.cases.models import Case
from spots.cases.states import MAY_WAIT, MOVES, WATCHED, WORKING, Move, Permission, State

Spot = tuple[float, float]
WIDTH, HEIGHT = 480, 664
ROUND = 9.0  # radius of a number, and of a line's corners


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float = 150
    height: float = 40


@dataclass(frozen=True)
class Arrow:
    """From any state of `tail` to `head`; None: to itself, or back to where it came from."""

    tail: frozenset[State]
    head: State | None
    way: Sequence[Spot]
    numbers: Spot  # where the first stands; the others follow to the right
    said: bool = False  # the move's name stands beside: the usual way
    both: bool = False  # the way back is the same line


STATES: dict[State, Box] = {
    State.DETECTED: Box(150, 56),
    State.ROUTED: Box(150, 126),
    State.ACCEPTED: Box(150, 196),
    State.DIAGNOSING: Box(150, 266),
    State.FIXING: Box(150, 336),
    State.REOPENED: Box(18, 231, 104),
    State.WAITING: Box(386, 196, 78, 180),
    State.FIXED: Box(150, 452),
    State.VERIFYING: Box(150, 522),
    State.CLOSED: Box(150, 612),
    State.DISMISSED: Box(356, 452, 104),
    State.MERGED: Box(356, 522, 104),
}
FRAMES: dict[frozenset[State], Box] = {
    WORKING: Box(8, 26, 464, 364),
    WATCHED: Box(126, 424, 204, 152),
}


def _one(state: State) -> frozenset[State]:
    return frozenset({state})


def _down(tail: State, head: State) -> Arrow:
    """The usual way, from a box to the one below it."""
    above, below = STATES[tail], STATES[head]
    x, bottom = above.x + 40, above.y + above.height  # left of the middle: room for the name
    middle = (bottom + below.y) / 2
    return Arrow(_one(tail), head, [(x, bottom), (x, below.y)], (x + 16, middle), said=True)


def _sideways(state: State) -> Arrow:
    """To waiting, which stands beside, and back."""
    box = STATES[state]
    y, x = box.y + 14, box.x + box.width
    way = [(x, y), (STATES[State.WAITING].x, y)]
    return Arrow(_one(state), State.WAITING, way, (x + 26, y), both=True)


ARROWS: tuple[Arrow, ...] = (
    _down(State.DETECTED, State.ROUTED),
    _down(State.ROUTED, State.ACCEPTED),
    _down(State.ACCEPTED, State.DIAGNOSING),
    _down(State.DIAGNOSING, State.FIXING),
    _down(State.FIXING, State.FIXED),
    _down(State.FIXED, State.VERIFYING),
    _down(State.VERIFYING, State.CLOSED),
    *(_sideways(state) for state in State if state in MAY_WAIT),
    Arrow(WORKING, State.ROUTED, [(8, 146), (150, 146)], (40, 146)),
    Arrow(WORKING, None, [(410, 26), (410, 12), (450, 12), (450, 26)], (430, 12)),
    Arrow(WORKING, State.DISMISSED, [(424, 390), (424, 452)], (424, 420)),
    Arrow(WORKING, State.MERGED, [(468, 390), (468, 542), (460, 542)], (466, 420)),
    Arrow(WATCHED, State.MERGED, [(330, 552), (356, 552)], (341, 552)),
    Arrow(_one(State.REOPENED), State.ACCEPTED, [(70, 231), (70, 216), (150, 216)], (94, 216)),
    Arrow(_one(State.REOPENED), State.DIAGNOSING, [(70, 271), (70, 286), (150, 286)], (94, 286)),
    Arrow(
        _one(State.ACCEPTED),
        State.FIXING,
        [(150, 228), (134, 228), (134, 348), (150, 348)],
        (134, 316),
    ),
    Arrow(
        _one(State.FIXING),
        State.FIXING,
        [(150, 358), (118, 358), (118, 370), (150, 370)],
        (110, 364),
    ),
    Arrow(
        _one(State.VERIFYING),
        State.FIXING,
        [(300, 530), (342, 530), (342, 366), (300, 366)],
        (342, 500),
    ),
    Arrow(WATCHED, State.REOPENED, [(126, 500), (34, 500), (34, 271)], (64, 500)),
    Arrow(_one(State.CLOSED), State.REOPENED, [(150, 632), (34, 632), (34, 271)], (64, 632)),
    Arrow(
        _one(State.DISMISSED),
        State.REOPENED,
        [(384, 452), (384, 406), (34, 406), (34, 271)],
        (64, 406),
    ),
)


@dataclass(frozen=True)
class Line:
    """A move in words."""

    number: int
    name: str
    who: str
    kind: str  # of who may: the colour of its number
    sources: str
    target: str
    requires: str
    sets: str


def lines() -> list[Line]:
    """Return the whole table of moves in words, numbered as in the picture."""
    return [
        Line(
            number=number,
            name=str(move.label),
            who=str(move.permission.label) if move.permission else _("by itself"),
            kind=kind_of(move),
            sources=_states(move.sources),
            target=str(move.target.label) if move.target else _back(name),
            requires=", ".join(map(_field, move.requires)),
            sets=", ".join(map(_field, move.sets)),
        )
        for number, (name, move) in enumerate(MOVES.items(), start=1)
    ]


def kind_of(move: Move) -> str:
    return {Permission.DISPATCH: "dispatch", Permission.WORK: "work", None: "engine"}[
        move.permission
    ]


def _back(name: str) -> str:
    return _("as it was before") if name == "resume" else _("stays as it is")


def _states(states: frozenset[State]) -> str:
    """Names of states, whole groups by the group's name."""
    left, words = set(states), []
    for group, title in groups().items():
        if group <= left:
            words.append(title)
            left -= group
    return ", ".join([*words, *(str(state.label) for state in State if state in left)])


def groups() -> dict[frozenset[State], str]:
    return {WORKING: _("at work"), WATCHED: _("after the fix")}


def _field(name: str) -> str:
    if name == "note":
        return _("a reason in words")
    return str(getattr(Case._meta.get_field(name), "verbose_name", name))


def moves_of(arrow: Arrow) -> list[str]:
    """Return the names of the moves that an arrow stands for."""
    there = [
        name
        for name, move in MOVES.items()
        if arrow.tail <= move.sources and move.target == arrow.head
    ]
    if arrow.both:  # back to where it came from
        there += [n for n, m in MOVES.items() if m.target is None and m.sources == {arrow.head}]
    return there


def picture(*, style: str = "") -> str:
    """
    Draw the table as SVG.

    style  CSS to go with it, for a file that stands alone; a page brings its own
    """
    title = escape(_("The life of a case"))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="life" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        f"<style>\n{style}</style>" if style else "",
        '<defs><marker id="life-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto-start-reverse"><path class="life-head"'
        ' d="M0 0 L8 4 L0 8 z"/></marker></defs>',
        *(_frame(FRAMES[group], words) for group, words in groups().items()),
        *(_line(arrow) for arrow in ARROWS),
        *(_box(state, box) for state, box in STATES.items()),
        *(part for arrow in ARROWS for part in _numbers(arrow)),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _frame(box: Box, words: str) -> str:
    return (
        f'<rect class="life-frame" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}"'
        f' height="{box.height:g}" rx="10"/>'
        f'<text class="life-group" x="{box.x + 10:g}" y="{box.y + 18:g}">{escape(words)}</text>'
    )


def _box(state: State, box: Box) -> str:
    x, y = box.x + box.width / 2, box.y + box.height / 2 + 5
    return (
        f'<rect class="life-state life-{state}" x="{box.x:g}" y="{box.y:g}"'
        f' width="{box.width:g}" height="{box.height:g}" rx="6"/>'
        f'<text class="life-name" x="{x:g}" y="{y:g}">{escape(str(state.label))}</text>'
    )


def _line(arrow: Arrow) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in arrow.way)
    start = ' marker-start="url(#life-head)"' if arrow.both else ""
    return f'<polyline class="life-way" points="{points}" marker-end="url(#life-head)"{start}/>'


def _numbers(arrow: Arrow) -> Iterable[str]:
    x, y = arrow.numbers
    order = list(MOVES)
    names = moves_of(arrow)
    for place, name in enumerate(names):
        at = x + place * (2 * ROUND + 2)
        yield (
            f'<circle class="life-number life-by-{kind_of(MOVES[name])}" cx="{at:g}" cy="{y:g}"'
            f' r="{ROUND:g}"/>'
            f'<text class="life-figure" x="{at:g}" y="{y + 4:g}">{order.index(name) + 1}</text>'
        )
    if arrow.said and names:
        words = escape(str(MOVES[names[0]].label))
        yield f'<text class="life-said" x="{x + ROUND + 5:g}" y="{y + 4:g}">{words}</text>'
