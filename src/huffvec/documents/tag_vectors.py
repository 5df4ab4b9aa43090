"""Vectors under the tags of documents, in place of words."""

from __future__ import annotations

from typing import ClassVar

from huffvec.corpus.tokens import Word
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import UnknownWordError
from huffvec.vectors.editing import Table
from huffvec.vectors.word_vectors import WordVectors


class TagVectors(WordVectors):
    """The vectors of documents, to look up, search and save by their tags as those of words are.

    Parameters
    ----------
    vocabulary
        The tags, and how many known words their documents have.
    vectors
        float32 (n_tags, dim), one row a tag.
    """

    row_name: ClassVar[str] = "tag"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} documents, dim {self.dim})"

    def id_of(self, word: Word) -> int:
        """Return the row of a tag; a whole number is the tag of its digits.

        Raises
        ------
        UnknownWordError
            If no document has it.
        """
        tag = self.spelling(word)
        if tag not in self.vocabulary:
            raise UnknownWordError(
                f"no document has the tag {tag!r}.{self.vocabulary.suggestion(tag)}"
            )
        return self.vocabulary.id_of(tag)

    def _of_same_kind(self, vocabulary: Vocabulary, table: Table) -> TagVectors:
        return TagVectors(vocabulary, table)
