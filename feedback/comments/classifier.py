"""
Comments sorted by what staff said of others like them: learnt, measured, kept as plain numbers.

A comment is counted by its words, pairs of words, and runs of 3 to 5 letters within words, so that
endings and misspellings matter little; Russian and English alike. The counts are hashed: no
vocabulary is kept, which would hold customers' words. For each label one logistic regression says
how likely it is. What is said of how good it is comes from comments that were left out of learning
(cross-validation), beside the word lists on the same comments.

Stored as a line of JSON and floats of a known length: nothing in it can be executed.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_union

FEWEST: Final = 10  # comments with a label, and without it, for it to be learnt
MOST: Final = 5000  # comments that are learnt from
FOLDS: Final = 5
LIKELY: Final = 0.5
LONGEST: Final = 2000  # characters of a comment that are read
FEATURES: Final = 1  # number of the way of counting; a model of another one is not read
SIZE: Final = 2**14  # counters for words, and as many for letters
_WIDTH: Final = 2 * SIZE
_FLOAT: Final = np.dtype("<f4")
_SEED: Final = 20240501

Floats = NDArray[np.float32]


class UnreadableModelError(Exception):
    """The bytes are no model of this way of counting."""


@dataclass(frozen=True)
class Example:
    """A comment, the labels that a person said it has, and who that was."""

    text: str
    labels: frozenset[str]
    by: int | None = None


@dataclass(frozen=True)
class Measured:
    """How often a label was said rightly, said wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Right of all that were said, 0 … 1; None: it was never said."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """Found of all that there were, 0 … 1; None: there were none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    def without(self, other: "Measured") -> "Measured":
        """Return how often it was without some of the comments."""
        return Measured(
            self.right - other.right, self.wrong - other.wrong, self.missed - other.missed
        )

    def score(self, beta: float) -> float:
        """Return F-beta: of 2, a miss weighs more than a false alarm (van Rijsbergen 1979)."""
        missed, found = beta * beta * self.missed, (1 + beta * beta) * self.right
        whole = found + missed + self.wrong
        return found / whole if whole else 0.0


@dataclass(frozen=True)
class Model:
    """For each label a weight of each counter, and where it begins."""

    labels: tuple[str, ...]
    weights: Floats  # labels x counters
    start: Floats

    def likely(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Return of each text how likely each label is, 0 … 1."""
        if not texts or not self.labels:
            return [{} for _ in texts]
        return self.likely_of(counted(texts))

    def likely_of(self, counts: Any) -> list[dict[str, float]]:
        """Return the same of texts that were `counted`."""
        odds = counts @ self.weights.T + self.start
        shares = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        return [dict(zip(self.labels, map(float, row), strict=True)) for row in shares]

    def dumped(self) -> bytes:
        head = json.dumps({"features": FEATURES, "size": _WIDTH, "labels": self.labels})
        floats = (self.start.astype(_FLOAT), self.weights.astype(_FLOAT))
        return head.encode() + b"\n" + b"".join(one.tobytes() for one in floats)


def loaded(content: bytes) -> Model:
    """
    Return a dumped model.

    :raises UnreadableModelError: it is none, or of another way of counting
    """
    head, _line, floats = bytes(content).partition(b"\n")
    try:
        told = json.loads(head)
        labels = tuple(str(label) for label in told["labels"])
        fits = (told["features"], told["size"]) == (FEATURES, _WIDTH)
    except (ValueError, TypeError, KeyError):
        raise UnreadableModelError("This is no model.") from None
    if not fits or len(floats) != _FLOAT.itemsize * len(labels) * (1 + _WIDTH):
        raise UnreadableModelError("This model is of another way of counting.")
    numbers = np.frombuffer(floats, _FLOAT)
    return Model(
        labels, numbers[len(labels) :].reshape(len(labels), _WIDTH), numbers[: len(labels)]
    )


def counted(texts: Sequence[str]) -> Any:
    """Return texts as rows of a sparse matrix of counters, each row of length 1."""
    union = make_union(
        HashingVectorizer(
            n_features=SIZE, ngram_range=(1, 2), token_pattern=r"[^\W_]+", alternate_sign=False
        ),
        HashingVectorizer(
            n_features=SIZE, analyzer="char_wb", ngram_range=(3, 5), alternate_sign=False
        ),
    )
    return union.transform([text[:LONGEST].lower().replace("ё", "е") for text in texts]).tocsr()


def learnable(examples: Collection[Example]) -> tuple[str, ...]:
    """Return the labels of which there is enough to learn from, in order."""
    counts: dict[str, int] = {}
    for example in examples:
        for label in example.labels:
            counts[label] = counts.get(label, 0) + 1
    most = len(examples) - FEWEST
    return tuple(sorted(label for label, n in counts.items() if FEWEST <= n <= most))


class Lesson:
    """Examples that are learnt from, counted once."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples[:MOST]
        self.labels = learnable(self.examples)

    @cached_property
    def _counts(self) -> Any:
        return counted([example.text for example in self.examples])

    def learn(self) -> Model:
        """Return what all examples teach; a model without labels where they are too few."""
        return self._learnt(np.arange(len(self.examples)))

    def left_out(self) -> Iterator[tuple[int, dict[str, float]]]:
        """Yield of each example what is likely by those of other folds: its number, and that."""
        if not self.labels:
            return
        folds = KFold(FOLDS, shuffle=True, random_state=_SEED)
        for taught, asked in folds.split(np.arange(len(self.examples))):
            model = self._learnt(taught)
            found = model.likely_of(self._counts[asked])
            yield from zip((int(number) for number in asked), found, strict=True)

    def _learnt(self, rows: NDArray[np.intp]) -> Model:
        weights, start = [], []
        for label in self.labels:
            has = np.array([label in self.examples[row].labels for row in rows])
            learner = LogisticRegression(
                C=10.0, class_weight="balanced", solver="liblinear", random_state=0
            )
            learner.fit(self._counts[rows], has)
            weights.append(learner.coef_[0])
            start.append(learner.intercept_[0])
        shape = (len(self.labels), _WIDTH)
        return Model(
            self.labels,
            np.array(weights, np.float32).reshape(shape),
            np.array(start, np.float32),
        )


def measured(
    examples: Sequence[Example], said: Mapping[int, frozenset[str]], labels: Collection[str]
) -> dict[str, Measured]:
    """Return of each label how well it was said; `said` by the examples' numbers."""
    found = {}
    for label in labels:
        pairs = [
            (label in words, label in examples[number].labels) for number, words in said.items()
        ]
        found[label] = Measured(
            right=pairs.count((True, True)),
            wrong=pairs.count((True, False)),
            missed=pairs.count((False, True)),
        )
    return found
