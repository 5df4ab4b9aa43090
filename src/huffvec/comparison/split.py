"""Splitting a text into a training part, with its vocabulary, and a small held-out part.

The text is cut into blocks of a few hundred tokens, at the ends of sentences where there are any
nearby (a text that is one long line has none). Blocks at even distances are held out: always the
same ones, from all over the text. A held-out block's neighbours are trained on, so what is measured
is how well text of the same kind is predicted, not of another. The vocabulary is that of the
training part alone, as if the rest had never been seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huffvec.corpus.contexts import check_contexts, check_two_words, has_contexts
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError, OptionName

HELDOUT_SHARE = 0.05
HELDOUT_TOKENS = 50_000
SAMPLE_TOKENS = 5_000
BLOCK_TOKENS = 500
MIN_BLOCKS = 10

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """A text in parts.

    Attributes
    ----------
    train
        What is trained on.
    heldout
        What is never trained on, to be predicted at the end of a run.
    sample
        An evenly spread part of heldout, to be predicted while a run goes on.
    vocabulary
        The words that occur at least ``min_count`` times in train, most frequent first.
    n_oov
        Tokens dropped from heldout because the vocabulary lacks them.
    """

    train: Sentences
    heldout: Sentences
    sample: Sentences
    vocabulary: Vocabulary
    n_oov: int


def split_corpus(
    corpus: Sentences, vocabulary: Vocabulary, min_count: int, keep_words: Sequence[str] = ()
) -> Split:
    """Return the parts of a text, encoded with the vocabulary of all of it.

    `HELDOUT_SHARE` of the tokens are held out, but at most `HELDOUT_TOKENS`. Words to keep stay
    however rarely they occur in what is left, if they do.

    Raises
    ------
    CorpusError
        If the text is too short, leaves fewer than two words, or has no sentence of two tokens to
        train on or to predict.
    """
    check_contexts(corpus, vocabulary)
    wanted = min(HELDOUT_SHARE * corpus.n_tokens, HELDOUT_TOKENS)
    block_tokens = max(2, min(BLOCK_TOKENS, int(wanted / MIN_BLOCKS)))
    borders = _block_borders(corpus.sentence_offsets, block_tokens)
    n_blocks, n_held = len(borders) - 1, round(wanted / block_tokens)
    if n_held < MIN_BLOCKS or n_blocks < 2 * n_held:
        raise CorpusError(
            f"the text has {corpus.n_tokens} tokens in its vocabulary, too few to hold some out; "
            "compare needs some thousands. Give more text or lower ",
            OptionName("min_count"),
            ".",
        )
    held = _evenly(n_held, n_blocks)
    in_sample = held[_evenly(max(1, min(n_held, SAMPLE_TOKENS // block_tokens)), n_held)]
    train, heldout, sample = _parts(corpus, borders, held, in_sample)

    counts = np.bincount(train.ids, minlength=len(vocabulary))
    stays = counts >= min_count
    keep = [vocabulary.id_of(word) for word in keep_words if word in vocabulary]
    stays[keep] = counts[keep] > 0
    kept = np.flatnonzero(stays)
    kept = kept[np.argsort(-counts[kept], kind="stable")]
    check_two_words(len(kept), "training")
    new_ids = np.full(len(vocabulary), -1, np.int32)
    new_ids[kept] = np.arange(len(kept), dtype=np.int32)
    words = Vocabulary([vocabulary.words[i] for i in kept.tolist()], counts[kept])
    learned, known = renumbered(train, new_ids), renumbered(heldout, new_ids)
    check_contexts(learned, words, "the part that is trained on")
    check_contexts(known, words, "the part that is held out")
    few = renumbered(sample, new_ids)
    return Split(
        train=learned,
        heldout=known,
        sample=few if has_contexts(few) else known,
        vocabulary=words,
        n_oov=heldout.n_tokens - known.n_tokens,
    )


def unigram_nats(corpus: Sentences, vocabulary: Vocabulary) -> float:
    """Return the loss per token if words are predicted by their frequencies, whatever the context.

    An objective that is not below it has learned nothing for predicting.
    """
    log_probs = np.log(vocabulary.counts / vocabulary.n_tokens)
    return float(-log_probs[corpus.ids].mean())


def most_frequent(
    corpus: Sentences, vocabulary: Vocabulary, n_words: int
) -> tuple[Sentences, Vocabulary]:
    """Return a text and its vocabulary without all but the n_words most frequent words."""
    new_ids = np.arange(len(vocabulary), dtype=np.int32)
    new_ids[n_words:] = -1
    words = Vocabulary(vocabulary.words[:n_words], vocabulary.counts[:n_words])
    return renumbered(corpus, new_ids), words


def renumbered(corpus: Sentences, new_ids: npt.NDArray[np.int32]) -> Sentences:
    """Return a text with other word ids, int32 (n_words,); words of id -1 are dropped.

    Sentences that have no other words are dropped too.

    Raises
    ------
    CorpusError
        If no word is left.
    """
    ids = new_ids[corpus.ids]
    known = ids >= 0
    sizes = np.add.reduceat(known, corpus.sentence_offsets[:-1], dtype=np.int64)
    sizes = sizes[sizes > 0]
    if len(sizes) == 0:
        raise CorpusError("no token of the text is a word of the vocabulary.")
    return Sentences.from_arrays(ids[known], np.concatenate([[0], np.cumsum(sizes)]))


def _block_borders(
    sentence_offsets: npt.NDArray[np.int64], block_tokens: int
) -> npt.NDArray[np.int64]:
    """Return where blocks begin and the last ends.

    A block begins with a sentence if one begins within block_tokens of where it should.
    """
    n_tokens = int(sentence_offsets[-1])
    wanted = np.arange(0, n_tokens, block_tokens)
    following = sentence_offsets[np.searchsorted(sentence_offsets, wanted)]
    borders = np.where(following - wanted < block_tokens, following, wanted)
    return np.unique(np.append(borders, n_tokens))


def _evenly(n: int, n_all: int) -> npt.NDArray[np.int64]:
    """Return n of the numbers below n_all, at even distances."""
    return ((np.arange(n) + 0.5) * n_all / n).astype(np.int64)


def _parts(
    corpus: Sentences,
    borders: npt.NDArray[np.int64],
    held: npt.NDArray[np.int64],
    in_sample: npt.NDArray[np.int64],
) -> tuple[Sentences, Sentences, Sentences]:
    """Return the text without the blocks held, those blocks, and those in the sample.

    A sentence is cut where a held block begins or ends within it.
    """
    ends = np.concatenate([borders[held], borders[held + 1]])
    cuts = np.union1d(corpus.sentence_offsets, ends)
    blocks = np.searchsorted(borders, cuts[:-1], side="right") - 1
    is_held, is_sample = np.isin(blocks, held), np.isin(blocks, in_sample)
    train, heldout, sample = (_pieces(corpus, cuts, f) for f in (~is_held, is_held, is_sample))
    return train, heldout, sample


def _pieces(corpus: Sentences, cuts: npt.NDArray[np.int64], chosen: Flags) -> Sentences:
    """Return the pieces between cuts that are chosen, (n_cuts - 1,), each as a sentence."""
    sizes = np.diff(cuts)
    offsets = np.concatenate([[0], np.cumsum(sizes[chosen])])
    return Sentences.from_arrays(corpus.ids[np.repeat(chosen, sizes)], offsets)
