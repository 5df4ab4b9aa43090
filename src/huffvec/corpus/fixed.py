"""What a corpus has fixed: options that come too late once it is encoded."""

from __future__ import annotations

import numpy as np

from huffvec.corpus.file import Corpus
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, OptionName

_ANY_TIME = {"errors", "vocab_memory", "max_line"}  # they are of reading, not of results


def check_fixed(
    corpus: Corpus, options: InputOptions, min_count: int | None, vocabulary: Vocabulary | None
) -> None:
    """Raise ConfigError at options that an encoded corpus does not follow.

    Those that were given count, whatever their values; defaults do not.

    Parameters
    ----------
    corpus
        It is read as it is.
    options
        How it is to be read.
    min_count, vocabulary
        What was given, if anything.
    """
    record = corpus.record
    asked = {name: options.asked(name) for name in RECORDED if name in options.given}
    if record.min_count and min_count is not None:
        asked["min_count"] = min_count
    for name, value in asked.items():
        if value != getattr(record, name):
            raise ConfigError(
                OptionName(name),
                f": the corpus was encoded with {getattr(record, name)!r:.80}, not {value!r:.80}: "
                "leave it out, or encode the text again",
            )
    if late := sorted(options.given - _ANY_TIME - asked.keys()):
        names = [part for name in late for part in (", ", OptionName(name))][1:]
        raise ConfigError(
            "an encoded corpus is read as it is: give ", *names, " when it is encoded"
        )
    if vocabulary is not None and not np.array_equal(
        vocabulary.word_bytes(), corpus.vocabulary.word_bytes()
    ):
        raise ConfigError("the corpus is encoded with another vocabulary: encode the text again")
