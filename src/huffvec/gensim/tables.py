"""The tables of gensim's models as those of a run of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.registry import ArchitectureName
from huffvec.training.run import TrainingRun
from huffvec.weights import DOCUMENT_VECTORS, INPUT_VECTORS, OUTPUT_VECTORS

Rows = npt.NDArray[np.float32]


def tables_of(model: Any) -> dict[str, list[Rows]]:
    """Return a model's arrays by the names of the weights whose rows they are, one after another.

    Output rows are the tree's, then the words', where both are trained. The tree's table has a row
    more in gensim than there are inner nodes.
    """
    wv = model.wv
    inputs = [wv.vectors_vocab, wv.vectors_ngrams] if hasattr(wv, "vectors_vocab") else [wv.vectors]
    outputs = [model.syn1[: len(wv) - 1]] if model.hs else []
    outputs += [model.syn1neg] if model.negative else []
    tables = {OUTPUT_VECTORS.name: outputs}
    architecture = ARCHITECTURES[architecture_of(model)]
    if architecture.has_word_vectors:
        tables[INPUT_VECTORS.name] = inputs
    if architecture.has_documents:
        tables[DOCUMENT_VECTORS.name] = [model.dv.vectors]
    return tables


def architecture_of(model: Any) -> ArchitectureName:
    """Return what huffvec calls the way in which a model's words are predicted."""
    if not hasattr(model, "dv"):
        return "skipgram" if model.sg else "cbow"
    if not model.sg:
        return "dm"
    return "dbow-words" if model.dbow_words else "dbow"


def put_into(run: TrainingRun, model: Any) -> None:
    """Let a run begin with the rows of a model's tables, but for those that it does not read."""
    for theirs, ours, rows in _pairs(run, model):
        ours[rows] = theirs[rows]


def take_from(run: TrainingRun, model: Any) -> None:
    """Set the rows of a model's tables to those that a run has trained."""
    for theirs, ours, rows in _pairs(run, model):
        theirs[rows] = ours[rows]


def _pairs(run: TrainingRun, model: Any) -> Iterator[tuple[Rows, Rows, Any]]:
    """Yield every table of a model with its rows in a run, and which of them are trained.

    Of two million n-grams a small text has few: the others take no time, nor memory of the run.
    """
    buckets = getattr(model.wv, "buckets_word", None)
    for name, arrays in tables_of(model).items():
        start = 0
        for array in arrays:
            rows: Any = slice(None)
            if buckets is not None and array is model.wv.vectors_ngrams:
                rows = np.unique(np.concatenate(buckets))
            yield array, run.weights[name][start : start + len(array)], rows
            start += len(array)
