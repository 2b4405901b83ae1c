"""A baseline as bytes, to be stored and read back the same to the last bit."""

import json
from dataclasses import asdict, fields
from io import BytesIO
from typing import Any

import numpy as np

from spots.detection.baseline import Baseline
from spots.detection.rules import Learning

NUMBERS = "numbers"


def pack(baseline: Baseline) -> bytes:
    """Return a baseline as a compressed .npz file."""
    told = {field.name: getattr(baseline, field.name) for field in fields(baseline)}
    arrays: dict[str, Any] = {
        name: value for name, value in told.items() if isinstance(value, np.ndarray)
    }
    numbers = {name: value for name, value in told.items() if isinstance(value, float | int)}
    text = json.dumps({**numbers, "learning": asdict(baseline.learning)})
    file = BytesIO()
    np.savez_compressed(file, **(arrays | {NUMBERS: np.array(text)}))
    return file.getvalue()


def unpack(packed: bytes) -> Baseline:
    """Read back what `pack` made."""
    with np.load(BytesIO(packed), allow_pickle=False) as file:
        arrays = dict(file)
    numbers = json.loads(str(arrays.pop(NUMBERS)))
    learning = Learning(**numbers.pop("learning"))
    return Baseline(**arrays, **numbers, learning=learning)
