"""The vectors of a model's documents, to look up, compare and search by their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huffvec.errors import ConfigError
from huffvec.vectors.word_vectors import WordVectors
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from huffvec.model import Model


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
