"""Models without some of their documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from huffvec.corpus.tokens import Word, as_words
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from huffvec.model import Model


def without_documents(model: Model, tags: Word | Sequence[Word]) -> Model:
    """Do the work of `huffvec.Model.without_documents`."""
    documents = model.documents.vocabulary  # or an error that there are none
    gone = [documents.id_of(tag) for tag in set(as_words(tags)) if tag in documents]
    kept = np.delete(np.arange(len(documents)), gone)
    if not len(kept):
        raise ConfigError("no document would be left: expected at least one that stays")
    names = [documents.words[k] for k in kept.tolist()]
    rows = model.weights[DOCUMENT_VECTORS.name][kept]
    weights = {**model.weights, DOCUMENT_VECTORS.name: rows}
    return replace(model, weights=weights, tags=Vocabulary(names, documents.counts[kept]))
