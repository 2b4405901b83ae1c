"""What ./dev bench tiles prints."""

from collections.abc import Iterator

import numpy as np

from heatmaps_project.bench.tiles.drawing import Drawn
from heatmaps_project.bench.tiles.timing import Viewport

MOST_RATIO, MOST_BYTES, MOST_SECONDS = 1.25, 500_000, 1.0


def table(views: list[Viewport], drawn: dict[int, Drawn]) -> Iterator[str]:
    """Lines of Markdown: each zoom, and p95 of all tiles."""
    yield "p95 of a viewport's tiles in milliseconds: bare SQL, through the application, kept, 304."
    yield ""
    yield "| zoom | tiles | bare | made | kept | 304 | kB | drawn cold, s | drawn kept, s |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for view in views:
        times = (_p95(took) for took in (view.bare, view.cold, view.kept, view.unchanged))
        shown = " | ".join(f"{1000 * one:.1f}" for one in times)
        one = drawn.get(view.zoom)
        seen = f"{one.cold:.2f} | {one.kept:.2f}" if one else " | "
        yield f"| {view.zoom} | {len(view.bare)} | {shown} | {view.size / 1000:.0f} | {seen} |"
    bare = _p95([one for view in views for one in view.bare])
    cold = _p95([one for view in views for one in view.cold])
    largest = max(view.size for view in views)
    yield ""
    ratio = cold / bare
    yield f"p95 of all tiles: {1000 * cold:.1f} ms, bare {1000 * bare:.1f} ms:" + _said(
        f" ×{ratio:.2f}", good=ratio <= MOST_RATIO
    )
    yield _said(f"largest viewport: {largest / 1000:.0f} kB", good=largest <= MOST_BYTES)
    if drawn:
        for kind in ("cold", "kept"):
            slowest = max(getattr(one, kind) for one in drawn.values())
            good = slowest <= MOST_SECONDS
            yield _said(f"slowest viewport to draw, {kind}: {slowest:.2f} s", good=good)


def _p95(seconds: list[float]) -> float:
    return float(np.percentile(seconds, 95))


def _said(text: str, *, good: bool) -> str:
    return text if good else f"{text} ✗"
