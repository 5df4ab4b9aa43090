"""Texts in which no token has a neighbour: nothing can be learned from or predicted in them.

A word is learned from, and predicted from, the others of its sentence. A text with one token a
line, or one in a script without spaces, has sentences of one token only.
"""

from __future__ import annotations

import re

from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError, OptionName

# Thai, Lao, Burmese, Khmer; hiragana and katakana; Chinese characters.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORDS_LOOKED_AT = 1_000


def has_contexts(corpus: Sentences) -> bool:
    """Return whether a sentence has two tokens."""
    return corpus.longest_sentence > 1


def check_contexts(corpus: Sentences, vocabulary: Vocabulary, text: str = "the text") -> None:
    """Raise CorpusError unless a sentence has two tokens.

    Parameters
    ----------
    corpus, vocabulary
        The text and the words of its ids.
    text
        What the text is called in the message.
    """
    if not has_contexts(corpus):
        raise CorpusError(
            f"nothing to learn or predict: no sentence of {text} has two tokens of the vocabulary "
            f"({corpus.n_tokens:,} tokens in {corpus.n_sentences:,} sentences), and words are "
            "predicted from the others in their sentence. ",
            *remedy(vocabulary),
        )


def check_two_words(n_words: int, what: str) -> None:
    """Raise CorpusError unless there are two words: with one there is nothing to tell it from.

    Parameters
    ----------
    n_words
        How many there are.
    what
        What needs them, for the message.
    """
    if n_words < 2:
        raise CorpusError(
            f"{what} needs at least 2 different words, found {n_words}: give more text or lower ",
            OptionName("min_count"),
        )


def remedy(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return what to do with a text whose sentences have one token each, as parts of a message."""
    words = vocabulary.words[:_WORDS_LOOKED_AT]
    unspaced = sum(2 * len(UNSPACED.findall(word)) > len(word) for word in words)
    if 2 * unspaced > len(words):
        return (
            "Its script has no spaces between words, as Chinese, Japanese and Thai: separate the "
            "words first (jieba, MeCab, PyThaiNLP), or take characters as tokens (",
            OptionName("tokenize", "characters"),
            ").",
        )
    return (
        "Put tokens that belong together, such as a sentence, a walk or a basket, on one line with "
        "spaces between; if rarer words were left out, lower ",
        OptionName("min_count"),
        ".",
    )
