"""Vectors of new documents, by the engine, with the tables of a gensim model."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_float, check_int
from huffvec.corpus.sentences import Sentences
from huffvec.gensim.run import keep_probs, trained_model
from huffvec.training.inferring import Inferrer


class Passes(NamedTuple):
    """How documents are gone through.

    Attributes
    ----------
    epochs
        How often.
    alpha, min_alpha
        The learning rate at the start and at the end.
    """

    epochs: int
    alpha: float
    min_alpha: float


class Inference:
    """Infers documents with the tables that a gensim model has when this is made.

    They are copied where the engine wants its rows in another layout.

    Parameters
    ----------
    model
        gensim's.

    Raises
    ------
    ConfigError
        If the engine cannot do what the model's attributes say.
    """

    def __init__(self, model: Any) -> None:
        self._made_of = _state(model)
        self._inferrer = Inferrer(trained_model(model), keep_probs(model.wv), prior=0.0)
        self._index_of = model.wv.key_to_index

    def is_of(self, model: Any) -> bool:
        """Return whether a model has the same tables; changes within them are not seen."""
        return all(a is b for a, b in zip(self._made_of, _state(model), strict=True))

    def infer(
        self, documents: Iterable[Sequence[Hashable]], passes: Passes, n_threads: int
    ) -> npt.NDArray[np.float32]:
        """Return the vectors of documents, float32 (n_documents, dim); zeros without known words.

        Each is the same, to the last bit, whatever documents stand beside it.

        Raises
        ------
        ConfigError
            If a number of passes is out of its range.
        """
        epochs = check_int("epochs", passes.epochs, 1, 1_000_000)
        alpha = check_float("alpha", passes.alpha, 0.0, 10.0)
        index_of = self._index_of
        known = [[index_of[w] for w in words if w in index_of] for words in documents]
        offsets = np.array([0, *accumulate(map(len, known))], np.int64)
        ids = np.fromiter(chain.from_iterable(known), np.int32, offsets[-1])
        return self._inferrer.infer(
            Sentences(ids, offsets),
            epochs,
            alpha,
            n_threads,
            None,
            check_float("min_alpha", min(alpha, passes.min_alpha), 0.0, 10.0),
        )


def _state(model: Any) -> list[Any]:
    """Return the tables and options that inference rests on."""
    outputs = [getattr(model, name, None) for name in ("syn1", "syn1neg")]
    options = [model.sg, model.hs, model.negative, model.window]
    return [model.wv.key_to_index, model.wv.vectors, *outputs, *options]
