"""The vectors of a model's documents, to look up, compare and search by their tags."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.tokens import Word, as_words
from huffvec.documents.tag_vectors import TagVectors
from huffvec.errors import ConfigError
from huffvec.progress.showing import shows_progress
from huffvec.search.queries import Neighbor
from huffvec.search.terms import Query, Terms
from huffvec.threads import thread_count
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.options import InputKeywords
    from huffvec.corpus.sentences import Sentences
    from huffvec.documents.inferred import Inferred
    from huffvec.model import Model
    from huffvec.progress import Progress
    from huffvec.training.inferring import Inferrer


class DocumentVectors(TagVectors):
    """The vectors of documents, as those of words are, under their tags.

    Tags stand where words do, as they are: never lower-cased or cut. Whole numbers are tags of
    their digits, so that ``documents[17]`` is the document at place 17 if tags are positions. A
    document without a word that the model knows has the count 0 and a vector of zeros; no search
    finds it, and asking what is near it is an error.

    What is near a new text: ``documents.nearest(documents.text_vector(text))``; how similar two
    texts are: ``documents.similarity(*documents.infer([a, b]).vectors)``.

    The vectors of a file are ``huffvec.load("docs.hv").documents``, mapped into memory: nothing is
    read before it is asked for.

    Parameters
    ----------
    model
        A model that has documents.

    Attributes
    ----------
    model
        As given.

    Raises
    ------
    ConfigError
        If the model has none.
    """

    def __init__(self, model: Model) -> None:
        if model.tags is None:
            raise ConfigError(
                f"the model has no documents: it was trained by {model.config.architecture}, "
                "expected dbow, dbow-words or dm"
            )
        super().__init__(model.tags, model.weights[DOCUMENT_VECTORS.name])
        self.model = model

    def has_vector(self, word: Word) -> bool:
        """Return whether there is a tag of documents with a word that the model knows."""
        return word in self and self.vocabulary.counts[self.id_of(word)] > 0

    def query_rows(self, words: Word | Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return the vectors of tags, (n, dim), to be compared with others.

        Raises
        ------
        UnknownWordError
            If no document has a tag.
        ConfigError
            If a document has no word that the model knows, and so no direction.
        """
        for tag in as_words(words):
            if not self.has_vector(tag):
                self.id_of(tag)
                raise ConfigError(
                    f"nothing is known of the document {tag!r}: the model knows none of its words, "
                    "and its vector is zeros"
                )
        return self[as_words(words)]

    def text_vector(self, text: str | Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return the vector of a new document, float32 (dim,), as `infer` makes it.

        Zeros if it has no word that the model knows.

        Parameters
        ----------
        text
            Text, which is cut into words as the model's text was; or its words.
        """
        found: npt.NDArray[np.float32] = self.infer([text]).vectors[0]
        return found

    def nearest_words(self, query: Query, k: int = 10) -> list[Neighbor]:
        """Return the k words whose vectors are most similar to a document's, by the cosine.

        For dbow-words and dm, where words and documents have vectors in one space. What a document
        makes most probable, with any architecture, is ``model.predict(document=tag)``.

        Parameters
        ----------
        query
            A tag, a vector or several of these, as `nearest` takes them.
        k
            How many words.

        Raises
        ------
        UnknownWordError
            If no document has a tag.
        ConfigError
            If words have no vectors, as with dbow, or the query has no direction.
        """
        return self.model.vectors.nearest(Terms.of(self, query).direction(), k)

    @cached_property
    def _inferrer(self) -> Inferrer:
        from huffvec.training.inferring import Inferrer

        return Inferrer(self.model)

    def infer_encoded(
        self, corpus: Sentences, *, n_threads: int = 0, progress: Progress | None = None
    ) -> npt.NDArray[np.float32]:
        """Infer the vectors of documents in the ids of the model's words, as `infer` does.

        Returns
        -------
        array
            float32 (n_documents, dim).
        """
        from huffvec.training.inferring import infer_encoded

        return infer_encoded(
            self._inferrer,
            self.model.config,
            corpus,
            n_threads=thread_count(n_threads),
            progress=progress,
        )

    @shows_progress
    def infer(
        self,
        texts: Any,
        *,
        epochs: int | None = None,
        learning_rate: float | None = None,
        n_threads: int = 0,
        progress: Progress | bool | None = None,
        **options: Unpack[InputKeywords],
    ) -> Inferred:
        """Infer the vectors of new documents; the model stays as it is.

        A text gets the same vector, to the last bit, whatever is inferred beside it and however
        many threads there are; one without a known word gets zeros and is marked
        (:mod:`huffvec.training.inferring`).

        Parameters
        ----------
        texts
            An iterable of strings or of lists of tokens, which is gone through once; a table or a
            column of pandas, polars, pyarrow or Hugging Face datasets; or a `pathlib.Path`, or a
            list of them, of files that `huffvec.encode` reads. Words are spelled as those of the
            model's text were (``lowercase``, ``tokenize`` …).
        epochs
            Passes over each document. If not given, short documents have more, 2 to 20, so that
            each is trained on about 600 words; 10 of dm.
        learning_rate
            Learning rate at the start; it falls to 0. ``None``: that of training.
        n_threads
            0: all processors that the process may use.
        progress
            Called about ten times a second with a stage's name, what is done and what there is in
            all; True shows a bar.
        **options
            Fields of `huffvec.corpus.InputOptions` that say how to read the texts, e.g.
            ``column="text"``.

        Raises
        ------
        ConfigError
            If texts are one string or an encoded corpus, or an option is unknown or out of range.
        CorpusError
            If the texts cannot be read.
        OutputError
            If the temporary files cannot be written (the disk is full, say).
        MissingExtraError
            If a package that this kind of input needs is not installed.
        """
        from huffvec.training.inferring import infer

        assert not isinstance(progress, bool)  # `shows_progress` has seen to it
        return infer(
            self._inferrer,
            self.model,
            texts,
            epochs=epochs,
            learning_rate=learning_rate,
            n_threads=n_threads,
            progress=progress,
            options=dict(options),
        )
