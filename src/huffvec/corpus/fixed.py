"""What a corpus has fixed: options that come too late once it is encoded."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np

from huffvec.corpus.file import Corpus
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError

_ANY_TIME = ("errors", "vocab_memory", "max_line")  # they are of reading, not of results


def check_fixed(
    corpus: Corpus, options: InputOptions, min_count: int | None, vocabulary: Vocabulary | None
) -> None:
    """Raise ConfigError at options that an encoded corpus does not follow.

    Parameters
    ----------
    corpus
        It is read as it is.
    options
        How it is to be read.
    min_count, vocabulary
        What was asked for, if anything.
    """
    record = corpus.record
    if record.min_count and min_count not in (record.min_count, None):
        raise ConfigError(
            f"min_count: the corpus was encoded with {record.min_count}, not {min_count}: leave it "
            "out, or encode the text again"
        )
    if vocabulary is not None and not np.array_equal(
        vocabulary.word_bytes(), corpus.vocabulary.word_bytes()
    ):
        raise ConfigError("the corpus is encoded with another vocabulary: encode the text again")
    as_read = InputOptions.of(**InputOptions.recorded(asdict(record), RECORDED))
    defaults = InputOptions()
    late = [
        field.name
        for field in fields(InputOptions)
        if field.name not in _ANY_TIME
        and getattr(options, field.name)
        not in (getattr(defaults, field.name), getattr(as_read, field.name))
    ]
    if late:
        raise ConfigError(
            f"an encoded corpus is read as it is: give {', '.join(late)} when it is encoded"
        )
