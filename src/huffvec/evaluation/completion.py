"""How well documents that were not trained on are predicted: from one half of each, the other.

"Document completion" (Wallach, Murray, Salakhutdinov & Mimno 2009, "Evaluation methods for topic
models", ICML). A new document has no vector; one that is inferred from all of its words would have
seen what it is to predict. So it is inferred (:mod:`huffvec.training.inferring`) from every second
word, the first, the third and so on, and the others are predicted: in DBOW from the vector alone,
in DBOW with words and DM from it and the words around, which are those of the whole document, as in
training. What is averaged is -log p(target | document, window), exact and normalised over the
vocabulary; in DBOW with words p is the mean of the predictions by the tag and each word around.
Nothing is random.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.contexts import Contexts
from huffvec.corpus.sentences import Sentences
from huffvec.evaluation.windows import Windows, windows_at
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from huffvec.model import Model
    from huffvec.progress import Progress


def known_half(corpus: Sentences) -> Sentences:
    """Return every second word of each document, from the first on."""
    sizes = np.diff(corpus.sentence_offsets)
    offsets = np.concatenate([[0], np.cumsum((sizes + 1) // 2)])
    known = ~are_targets(corpus, np.arange(corpus.n_tokens))
    return Sentences(corpus.ids[known], offsets)


def are_targets(corpus: Sentences, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return whether the tokens at places are predicted: the second of each document, and so on."""
    offsets = corpus.sentence_offsets
    begins = offsets[np.searchsorted(offsets, places, side="right") - 1]
    is_odd: npt.NDArray[np.bool_] = (places - begins) % 2 == 1
    return is_odd


def with_documents(model: Model, corpus: Sentences, progress: Progress | None) -> Model:
    """Return a model whose documents are those of a text, inferred from the known halves."""
    vectors = model.documents.infer_encoded(known_half(corpus), progress=progress)
    return replace(model, weights={**model.weights, DOCUMENT_VECTORS.name: vectors})


def document_windows(
    model: Model, corpus: Sentences, places: npt.NDArray[np.int64], reach: int
) -> Windows:
    """Return what predicts the tokens at places: the documents that they are of, and words.

    Parameters
    ----------
    model
        Its documents are those of the text.
    corpus
        The text.
    places
        Where the tokens are; none is alone in its document.
    reach
        Words to either side.
    """
    documents = np.searchsorted(corpus.sentence_offsets, places, side="right") - 1
    numbers = np.arange(len(places))
    if ARCHITECTURES[model.config.architecture].has_word_vectors:
        found = windows_at(corpus, places, reach)
    else:
        none = np.empty(0, np.int64)
        found = Windows(corpus.ids[places], Contexts(none, 0 * numbers, none))
    contexts = found.contexts._replace(tag_ids=documents, tag_bounds=numbers)
    return found._replace(contexts=contexts)
