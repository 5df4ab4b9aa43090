"""How well a model predicts text that it was not trained on: one yardstick for all objectives.

Every token of the text is predicted from its window: all words up to ``window`` places to either
side in its sentence. Nothing is random: windows are never narrowed and frequent words never
skipped. Words that the vocabulary lacks are dropped before windows are cut, as in training, and so
are predicted by nobody; a model with fewer words has the easier task, so compare models with the
same vocabulary. What is averaged is ``-log p(target | window)`` in nats, p being that of
`huffvec.model.Model.log_prob`: exact, normalised over the vocabulary. For skip-gram it is the mean
of the context words' predictions, while the loss shown in training is that of each one alone.

Skip-gram asks once for each different word of a stretch of text, CBOW once for each token; memory
is bounded in both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.contexts import Contexts, Ids
from huffvec.corpus.contexts import check_contexts
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.files import is_plain_text
from huffvec.corpus.readers.sources import expand, is_names
from huffvec.progress.showing import shows_progress

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.file import Corpus
    from huffvec.corpus.options import InputKeywords
    from huffvec.corpus.sentences import Sentences
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.model import Model
    from huffvec.progress import Progress

WINDOW_WORDS = 1 << 20  # words of windows that are in memory at once


@dataclass(frozen=True)
class HeldOut:
    """How well a text is predicted.

    Attributes
    ----------
    nats
        Mean of -log p(target | window) over the targets.
    n_targets
        Tokens that were predicted.
    n_alone
        Tokens left out because nothing else of their sentence is in the vocabulary.
    n_oov
        Tokens dropped because the vocabulary lacks them.
    """

    nats: float
    n_targets: int
    n_alone: int
    n_oov: int

    @property
    def perplexity(self) -> float:
        """exp(nats): a guess among this many equally probable words would do as well."""
        return math.exp(min(self.nats, 700.0))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields and the perplexity as JSON values."""
        return {**asdict(self), "perplexity": self.perplexity}


@shows_progress
def perplexity(
    model: Model,
    data: Any,
    *,
    progress: Progress | bool | None = None,
    **options: Unpack[InputKeywords],
) -> HeldOut:
    """Measure how well a model predicts the words of a text that it was not trained on.

    Parameters
    ----------
    model
        The model.
    data
        What `huffvec.train` takes: files of any kind, an iterable of sentences, a table …
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes; True shows a bar.
    **options
        Fields of `huffvec.corpus.InputOptions`; lowercase, normalize and tokenize are those of
        training if left out.

    Raises
    ------
    CorpusError
        If the input cannot be read, or has nothing to predict.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    reading = InputOptions.of(**{**InputOptions.recorded(model.training), **options})
    with open_heldout(data, model.vocabulary, reading, progress=progress) as corpus:
        return evaluate_corpus(model, corpus, progress=progress)


def open_heldout(
    data: Any,
    vocabulary: Vocabulary,
    options: InputOptions,
    *,
    n_threads: int = 0,
    progress: Progress | None = None,
) -> AbstractContextManager[Corpus]:
    """Open a text in a model's word ids, as `huffvec.corpus.encoding.open_corpus` does.

    Parameters
    ----------
    data
        What `huffvec.encode` takes.
    vocabulary
        The model's words.
    options
        How the text is read. A column is for tables: plain text is read without.
    n_threads
        0: all processors that the process may use.
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes.

    Raises
    ------
    ConfigError, CorpusError
        As `huffvec.encode`.
    """
    if is_names(data) and all(map(is_plain_text, expand(data))):
        options = options.for_text()
    return open_corpus(
        data,
        options.without_rules(),
        vocabulary=vocabulary,
        n_threads=n_threads,
        progress=progress,
    )


def evaluate_corpus(model: Model, corpus: Corpus, *, progress: Progress | None = None) -> HeldOut:
    """Do the same as `evaluate_encoded`, and count the words that are not in the vocabulary."""
    n_oov = corpus.record.n_raw_tokens - corpus.n_tokens
    return evaluate_encoded(model, corpus, n_oov=n_oov, progress=progress)


def evaluate_encoded(
    model: Model, corpus: Sentences, *, n_oov: int = 0, progress: Progress | None = None
) -> HeldOut:
    """Measure how well a model predicts a text that is encoded with its vocabulary.

    Parameters
    ----------
    model
        The model.
    corpus
        The text.
    n_oov
        Tokens that were dropped when the text was encoded, for the result.
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes.

    Raises
    ------
    CorpusError
        If there is nothing to predict.
    """
    check_contexts(corpus, model.vocabulary)
    nats, n_targets = _score(model, corpus, progress)
    return HeldOut(
        nats=nats / n_targets,
        n_targets=n_targets,
        n_alone=corpus.n_tokens - n_targets,
        n_oov=n_oov,
    )


def _score(model: Model, corpus: Sentences, progress: Progress | None) -> tuple[float, int]:
    """Return the sum of -log p over the targets, and how many there are."""
    nats, n_targets = 0.0, 0
    n_contexts = ARCHITECTURES[model.config.architecture].contexts_at_once
    reach = max(1, min(model.config.reach, corpus.longest_sentence - 1))
    for start, end in _stretches(corpus.n_tokens, n_contexts // (2 * reach)):
        found = windows(corpus, start, end, reach)
        if len(found.targets):
            nats -= float(_log_probs(model, found).sum())
            n_targets += len(found.targets)
        if progress is not None:
            progress("predicting words", 4 * end, 4 * corpus.n_tokens)
    return nats, n_targets


def _stretches(n_tokens: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield the ends of stretches of about equal size, which together are the text."""
    size = max(1, size)
    n_stretches = -(-n_tokens // size)
    for i in range(n_stretches):
        yield n_tokens * i // n_stretches, n_tokens * (i + 1) // n_stretches


class Windows(NamedTuple):
    """Targets and the words around them.

    Attributes
    ----------
    targets
        Word ids (n_targets,).
    contexts
        The word ids around each.
    """

    targets: Ids
    contexts: Contexts


def windows(corpus: Sentences, start: int, end: int, window: int) -> Windows:
    """Return the windows of tokens start … end - 1, without tokens that are alone."""
    return windows_at(corpus, np.arange(start, end), window)


def windows_at(corpus: Sentences, places: npt.NDArray[np.int64], window: int) -> Windows:
    """Return the windows of the tokens at places, without tokens that are alone."""
    offsets, ids = corpus.sentence_offsets, corpus.ids
    sentences = np.searchsorted(offsets, places, side="right") - 1
    lefts = np.maximum(places - window, offsets[sentences])
    sizes = np.minimum(places + window + 1, offsets[sentences + 1]) - lefts - 1
    places, lefts, sizes = places[sizes > 0], lefts[sizes > 0], sizes[sizes > 0]
    bounds = np.cumsum(sizes) - sizes
    steps = np.arange(sizes.sum()) - np.repeat(bounds - lefts, sizes)
    centers = np.repeat(places, sizes)
    steps += steps >= centers  # over the target itself
    return Windows(ids[places], Contexts(ids[steps], bounds, steps - centers))


def windows_in_parts(
    model: Model, corpus: Sentences, places: npt.NDArray[np.int64]
) -> Iterator[Windows]:
    """Yield the windows of the tokens at places, as the model has them, some at a time."""
    reach = max(1, min(model.config.reach, corpus.longest_sentence - 1))
    for start, end in _stretches(len(places), WINDOW_WORDS // (2 * reach)):
        yield windows_at(corpus, places[start:end], reach)


def sample_places(corpus: Sentences, n: int, seed: int) -> npt.NDArray[np.int64]:
    """Return where n tokens stand that are not alone, drawn without replacement, in order.

    All of them if there are no more.
    """
    offsets = corpus.sentence_offsets
    sizes = np.diff(offsets)
    ends = np.cumsum(np.where(sizes > 1, sizes, 0))
    total = int(ends[-1])
    nth = np.sort(np.random.default_rng(seed).choice(total, min(n, total), replace=False))
    sentences = np.searchsorted(ends, nth, side="right")
    places: npt.NDArray[np.int64] = offsets[sentences + 1] - ends[sentences] + nth
    return places


def _log_probs(model: Model, windows: Windows) -> npt.NDArray[np.float64]:
    """Return log p(target | its window) of every target."""
    hidden, targets = model.hidden_of(windows.contexts), windows.targets
    if hidden.uses is None or hidden.bounds is None:
        return model.predictor.target_log_probs(hidden.vectors, np.arange(len(targets)), targets)
    sizes = np.diff(hidden.bounds, append=len(hidden.uses))
    log_probs = model.predictor.target_log_probs(
        hidden.vectors, hidden.uses, np.repeat(targets, sizes)
    )
    means: npt.NDArray[np.float64] = np.logaddexp.reduceat(log_probs, hidden.bounds)
    return means - np.log(sizes)
