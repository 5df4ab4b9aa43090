"""The vectors of a model's documents, to look up, compare and search by their tags."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from huffvec.errors import ConfigError
from huffvec.progress.showing import shows_progress
from huffvec.vectors.word_vectors import WordVectors
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.options import InputKeywords
    from huffvec.documents.inferred import Inferred
    from huffvec.model import Model
    from huffvec.progress import Progress
    from huffvec.training.inferring import Inferrer


class DocumentVectors(WordVectors):
    """The vectors of documents, as those of words are, under their tags.

    Raises
    ------
    ConfigError
        If the model has none.

    Parameters
    ----------
    model
        A model that has documents.

    Attributes
    ----------
    model
        As given.
    """

    def __init__(self, model: Model) -> None:
        if model.tags is None:
            raise ConfigError(
                f"the model has no documents: it was trained by {model.config.architecture}, "
                "expected dbow, dbow-words or dm"
            )
        super().__init__(model.tags, model.weights[DOCUMENT_VECTORS.name])
        self.model = model

    @cached_property
    def _inferrer(self) -> Inferrer:
        from huffvec.training.inferring import Inferrer

        return Inferrer(self.model)

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
            Passes over each document; a few are enough, since its vector is all that is learned.
        learning_rate
            Learning rate at the start; it falls to 0.
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
            If texts are one string, or an option is unknown or out of its range.
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
