"""Words in files in which a space ends a word."""

from __future__ import annotations

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError


def split_words(vocabulary: Vocabulary) -> list[bytes]:
    """Return the words in UTF-8, for the formats in which a space ends a word.

    Raises
    ------
    FormatError
        If a word holds a space.
    """
    words = vocabulary.word_bytes().tobytes().split(b"\n")
    for word in words:
        if b" " in word:
            raise FormatError(
                f"word2vec's and GloVe's formats cannot hold the word {word.decode()!r}: a space "
                "ends words there. Save as huffvec or numpy instead."
            )
    return words
