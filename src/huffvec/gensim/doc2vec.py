"""gensim's Doc2Vec, trained by the engine."""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from gensim.models import doc2vec

from huffvec.errors import HuffvecError
from huffvec.gensim.arguments import reason_for_gensim
from huffvec.gensim.documents import (
    EncodedDocuments,
    add_tags,
    check_document,
    encode_documents,
    warn_of_text,
)
from huffvec.gensim.inference import Inference, Passes
from huffvec.gensim.notices import falls_back, has_no_effect
from huffvec.gensim.signatures import like
from huffvec.gensim.word2vec import Word2Vec

_SIGNATURE = inspect.signature(doc2vec.Doc2Vec.__init__)


class Doc2Vec(Word2Vec, doc2vec.Doc2Vec):
    """gensim's ``Doc2Vec``: its arguments, attributes and methods, trained by huffvec.

    All that `Word2Vec` says holds here. ``dm=0`` is DBOW, with ``dbow_words=1`` words are trained
    along by skip-gram; ``dm=1`` is DM with the mean. ``dv`` is gensim's own, with start vectors of
    gensim's. Tags can be added with words: ``build_vocab(more, update=True)``.

    Vectors of new documents are inferred from zero, not from a start at random: a document gets the
    same one every time, and zeros if none of its words is known.
    """

    _lines = doc2vec.TaggedLineDocument
    _not_saved = (*Word2Vec._not_saved, "_inference")
    _inference: Inference | str | None = None  # a reason: gensim infers

    @like(doc2vec.Doc2Vec.__init__)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = _SIGNATURE.bind_partial(self, *args, **kwargs).arguments
        if given.get("dm_mean") == 0 and self.cbow_mean:
            has_no_effect("dm_mean=0", "gensim 4 takes the mean, too, unless cbow_mean=0 is given")

    @like(doc2vec.Doc2Vec.train)
    def train(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Train as gensim's ``train``, but go through the documents once."""
        super().train(*args, **kwargs)

    def build_vocab(
        self,
        corpus_iterable: Iterable[Any] | None = None,
        corpus_file: Any = None,
        update: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Build the vocabulary as gensim does; with ``update``, also add the tags."""
        if not update:
            self.dv.index_to_key, self.dv.key_to_index, self.dv.expandos = [], {}, {}
        super().build_vocab(corpus_iterable, corpus_file, update, *args, **kwargs)

    def infer_vector(
        self,
        doc_words: Sequence[Hashable],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Infer the vector of a document as gensim's ``infer_vector``, but the same every time.

        The tables are copied at the first call after training: what is changed in them by hand
        later is not seen.
        """
        if isinstance(doc_words, str):  # gensim's error
            return super().infer_vector(doc_words)  # type: ignore[no-any-return]
        vector: npt.NDArray[np.float32]
        (vector,) = self.infer_vectors([doc_words], alpha, min_alpha, epochs)
        return vector

    def infer_vectors(
        self,
        documents: Iterable[Sequence[Hashable]],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Infer the vectors of many documents at once, by ``workers`` threads; gensim has no such.

        Parameters
        ----------
        documents
            Lists of words.
        alpha, min_alpha, epochs
            As of ``infer_vector``.

        Returns
        -------
            float32 (n_documents, vector_size): those of ``infer_vector``, to the last bit.

        Raises
        ------
        TypeError
            If a document is a string.
        """
        documents = list(documents)
        if any(isinstance(words, str) for words in documents):
            raise TypeError("documents must be lists of words, and one is a string")
        passes = Passes(epochs or self.epochs, alpha or self.alpha, min_alpha or self.min_alpha)
        inference = self._inference_now()
        if isinstance(inference, Inference):
            return inference.infer(documents, passes, min(self.workers, max(1, len(documents))))
        vectors = np.zeros((len(documents), self.vector_size), np.float32)
        for vector, words in zip(vectors, documents, strict=True):
            if any(word in self.wv.key_to_index for word in words):
                vector[:] = super().infer_vector(
                    words, passes.alpha, passes.min_alpha, passes.epochs
                )
        return vectors

    def _inference_now(self) -> Inference | str:
        """Return what infers with the tables as they are, or why gensim must."""
        found = self._inference
        if found is None or (isinstance(found, Inference) and not found.is_of(self)):
            found = reason_for_gensim(self)
            if found is None:
                try:
                    found = Inference(self)
                except HuffvecError as error:
                    found = str(error)
            if isinstance(found, str):
                falls_back(f"infers documents of this {type(self).__name__}", found)
            self._inference = found
        return found

    def _train_epoch(self, *args: Any, **kwargs: Any) -> tuple[int, int, int]:
        try:
            return super()._train_epoch(*args, **kwargs)
        finally:
            self._inference = None

    def _train_epoch_corpusfile(self, *args: Any, **kwargs: Any) -> tuple[int, int, int]:
        try:
            return super()._train_epoch_corpusfile(*args, **kwargs)
        finally:
            self._inference = None

    def _scan_vocab(
        self, documents: Iterable[Any], progress_per: int, trim_rule: Any
    ) -> tuple[int, int]:
        counted = super()._scan_vocab(documents, progress_per, trim_rule)
        if not self.max_vocab_size:
            assert self._kept is not None
            assert isinstance(self._kept.text, EncodedDocuments)
            add_tags(self.dv, self._kept.text, self.seed + 7919)  # gensim's seed
        return counted

    def _encode(self, documents: Iterable[Any]) -> EncodedDocuments:
        return encode_documents(documents)

    def _watched(self, documents: Iterable[Any], progress_per: int) -> Iterator[Any]:
        """Yield the documents, with gensim's lines in its log."""
        n_words = 0
        for number, document in enumerate(documents):
            check_document(document)
            if number == 0:
                warn_of_text(document)
            if number % progress_per == 0:
                doc2vec.logger.info("PROGRESS: at example #%i, processed %i words", number, n_words)
            n_words += len(document.words)
            yield document
