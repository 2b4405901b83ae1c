"""The map's colours are told apart by the colour-blind, too: as they see them, by computation."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

STATIC = Path("spots/static/spots")
CSS, JS = (STATIC / "map.css").read_text(), (STATIC / "data_layer.js").read_text()
COLOUR = r"#[0-9a-f]{6}"
APART = 15.0  # CIE 1976 difference: two such colours are not taken for one another side by side

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
SEEN = {
    "everybody": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# IEC 61966-2-1: linear sRGB to XYZ; and its white.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, seen: str) -> NDArray[np.float64]:
    """Lightness, green to red, blue to yellow (CIE 1976) of a colour as somebody sees it."""
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    x, y, z = XYZ @ np.clip(np.asarray(SEEN[seen]) @ linear, 0, 1) / XYZ.sum(axis=1)
    x, y, z = (v ** (1 / 3) if v > 216 / 24389 else (841 / 108) * v + 4 / 29 for v in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def bands(theme: str) -> list[str]:
    [block] = re.findall(rf"^{theme} {{(.*?)}}", CSS, re.MULTILINE | re.DOTALL)
    return re.findall(rf"--band-\d: ({COLOUR})", block)


def named(constant: str) -> list[str]:
    [told] = re.findall(rf"const {constant} = [{{\[](.*?)[}}\]];", JS, re.DOTALL)
    return re.findall(COLOUR, told)


TOGETHER = {
    "bands": bands(":root"),
    "bands in the dark": bands(r"\.dark"),
    "technologies": named("TECHNOLOGIES"),
    "events": named("EVENTS"),
}


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("what", TOGETHER)
def test_what_is_drawn_together_is_told_apart(what, seen):
    colours = TOGETHER[what]
    assert len(colours) >= 3

    for one, other in combinations(colours, 2):
        assert np.linalg.norm(lab(one, seen) - lab(other, seen)) >= APART, (one, other)


@pytest.mark.parametrize("seen", SEEN)
def test_more_heat_is_darker_to_everybody(seen):
    lightness = [lab(colour, seen)[0] for colour in named("HEAT")]

    assert len(lightness) >= 5
    assert np.all(np.diff(lightness) < 0)


@pytest.mark.parametrize("seen", SEEN)
def test_less_than_usual_is_not_taken_for_more(seen):
    [below] = re.findall(rf'const BELOW = "({COLOUR})"', JS)

    for above in named("ABOVE"):
        assert np.linalg.norm(lab(above, seen) - lab(below, seen)) >= APART, above


def test_tiles_and_badges_have_the_same_colours():
    assert named("BANDS") == bands(":root")
