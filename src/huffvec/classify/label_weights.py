"""Weights of labels: how much the examples that have them count."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from huffvec.classify.examples import Examples
from huffvec.corpus.labelled.options import MAX_WEIGHT
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError, OptionName, suggest
from huffvec.files.paths import PathLike
from huffvec.files.reading import open_text

BALANCED = "balanced"
LabelWeights: TypeAlias = Mapping[str, float] | PathLike


def check_label_weights(given: LabelWeights | None) -> Mapping[str, float] | str | None:
    """Return weights of labels as a table or ``"balanced"``, and read a file of them.

    Raises
    ------
    ConfigError
        If they are something else, or a weight is no number from 0 to 1,000.
    FormatError
        If the file cannot be read, or has another line than a label, a tab and a number.
    """
    if given is None or given == BALANCED:
        return given
    if isinstance(given, (str, os.PathLike)):
        given = _read(given)
    if not isinstance(given, Mapping):
        raise ConfigError(
            OptionName("label_weights"),
            f" must be 'balanced', a dict of labels and weights or a file of them, not "
            f"{given!r:.80}",
        )
    for label, weight in given.items():
        is_number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
        if not is_number or not 0 <= weight <= MAX_WEIGHT:
            raise ConfigError(
                OptionName("label_weights"),
                f": the weight of {label!r} must be a number from 0 to {MAX_WEIGHT:,}, not "
                f"{weight!r}",
            )
    return given


def weights_of_labels(
    given: Mapping[str, float] | str | None, labels: Vocabulary
) -> npt.NDArray[np.float32] | None:
    """Return the weight of every label, float32 (n_labels,).

    ``"balanced"`` gives all labels the same sum of weights over the examples, and the mean 1 over
    all labels of examples; a label that a table lacks has 1.

    Raises
    ------
    ConfigError
        If a table names a label that there is not.
    """
    if given is None:
        return None
    if isinstance(given, str):
        return (labels.n_tokens / (len(labels) * labels.counts)).astype(np.float32)
    weights = np.ones(len(labels), np.float32)
    for label, weight in given.items():
        if label not in labels:
            raise ConfigError(
                OptionName("label_weights"),
                f": no example has the label {label!r}.{suggest(str(label), labels.words)}",
            )
        weights[labels.id_of(label)] = weight
    return weights


def weighted(examples: Examples, weights: npt.NDArray[np.float32] | None) -> Examples:
    """Return examples of which each counts as much as its labels do on average."""
    if weights is None:
        return examples
    n_labels = np.diff(examples.label_offsets)
    rows = np.repeat(np.arange(len(examples)), n_labels)
    sums = np.bincount(rows, weights[examples.label_ids], len(examples))
    means = sums / np.maximum(1, n_labels)
    own = 1 if examples.weights is None else examples.weights
    return replace(examples, weights=(own * means).astype(np.float32))


def _read(path: PathLike) -> dict[str, Any]:
    """Return the table in a file: a label, a tab and a weight a line."""
    found = {}
    with open_text(path) as lines:
        for number, line in enumerate(lines, 1):
            content = line.decode("utf-8", "replace").rstrip("\r\n")
            label, tab, text = content.rpartition("\t")
            try:
                weight = float(text)
            except ValueError:
                weight = math.nan
            if not tab or math.isnan(weight):
                raise FormatError(
                    f"{os.fspath(path)!r}: line {number}: expected a label, a tab and its weight, "
                    f"found {content[:80]!r}."
                )
            found[label] = weight
    return found
